// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The data of a capture: memory and files, hashed while they are written. */

#include <elf.h>
#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/array.h"
#include "capture/capture.h"
#include "kstate/extents.h"
#include "source/source.h"

#define CHUNK	(1UL << 20)

int kstd_capture_put(struct kstd_capture_run *c, const void *p, size_t len)
{
	if (len && fwrite(p, 1, len, c->f) != len)
		return kstd_err(c->dump->ctx, KSTD_E_IO, c->at, "the capture cannot be written: %s",
				strerror(errno));
	c->at += len;
	return 0;
}

int kstd_capture_seek(struct kstd_capture_run *c, uint64_t at)
{
	if (fseeko(c->f, at, SEEK_SET))
		return kstd_err(c->dump->ctx, KSTD_E_IO, at, "the capture cannot be written: %s",
				strerror(errno));
	c->at = at;
	return 0;
}

int kstd_capture_pad(struct kstd_capture_run *c, uint64_t to)
{
	static const uint8_t zeros[512];
	uint64_t left = -c->at & (to - 1);
	int rc = 0;

	while (left && !rc) {
		size_t n = left < sizeof(zeros) ? left : sizeof(zeros);

		rc = kstd_capture_put(c, zeros, n);
		left -= n;
	}
	return rc;
}

/* A new element; NULL if memory is short. */
static struct kstd_captured *add_captured(struct kstd_captured **v, size_t *nr, size_t *room)
{
	return kstd_array_fits(*v, *nr, *room) ? &(*v)[(*nr)++] : NULL;
}

int kstd_capture_leave(struct kstd_capture_run *c, uint64_t pa, uint64_t bytes,
		       enum kstd_reason reason, const char *owner)
{
	struct kstd_left *last = c->nr_left ? &c->left[c->nr_left - 1] : NULL;

	if (last && last->reason == reason && last->owner == owner &&
	    last->pa + last->bytes == pa) {
		last->bytes += bytes;
		return 0;
	}
	if (!kstd_array_fits(c->left, c->nr_left, c->room_left))
		return kstd_nomem(c->dump->ctx);
	c->left[c->nr_left++] = (struct kstd_left){ pa, bytes, reason, owner };
	return 0;
}

static void close_range(struct kstd_capture_run *c, bool *open)
{
	if (*open)
		sha256_digest(&c->sha, SHA256_DIGEST_SIZE, c->ranges[c->nr_ranges - 1].sha256);
	*open = false;
}

static int open_range(struct kstd_capture_run *c, uint64_t pa, bool *open)
{
	struct kstd_captured *r;
	int rc = kstd_capture_pad(c, c->page);

	if (rc)
		return rc;
	r = add_captured(&c->ranges, &c->nr_ranges, &c->room_ranges);
	if (!r)
		return kstd_nomem(c->dump->ctx);
	*r = (struct kstd_captured){ .pa = pa, .at = c->at };
	sha256_init(&c->sha);
	*open = true;
	return 0;
}

static int append_range(struct kstd_capture_run *c, uint64_t pa, const void *p, size_t len,
			bool *open)
{
	int rc = *open ? 0 : open_range(c, pa, open);

	if (rc)
		return rc;
	sha256_update(&c->sha, len, p);
	c->ranges[c->nr_ranges - 1].bytes += len;
	return kstd_capture_put(c, p, len);
}

static enum kstd_reason reason_of(enum kstd_avail there)
{
	return there == KSTD_AVAIL_EXCLUDED ? KSTD_LEFT_EXCLUDED :
	       there == KSTD_AVAIL_UNREADABLE ? KSTD_LEFT_UNREADABLE : KSTD_LEFT_ABSENT;
}

/* Write the pages of a run. Pages that the source does not have are left out. */
static int put_run(struct kstd_capture_run *c, const struct kstd_memory_ref *run, uint8_t *buf)
{
	struct kstd_phys *phys = c->dump->phys;
	uint64_t done = 0;
	bool open = false;
	int rc = 0;

	while (done < run->bytes && !rc) {
		size_t len = run->bytes - done < CHUNK ? run->bytes - done : CHUNK;
		enum kstd_avail there;
		size_t n = phys->ops->read(phys, run->pa + done, buf, len, &there);

		if (there == KSTD_AVAIL_PRESENT) {
			rc = append_range(c, run->pa + done, buf, n, &open);
		} else {
			close_range(c, &open);
			rc = kstd_capture_leave(c, run->pa + done, n, reason_of(there), run->owner);
		}
		done += n;
		if (!rc && !kstd_work_on(&c->work, n))
			rc = kstd_cancelled(c->dump);
	}
	close_range(c, &open);
	return rc;
}

/* debugfs has a file for each payload outside the trees. The file's name is its address. */
static int put_extent(struct kstd_capture_run *c, struct kstd_extents *x, uint64_t address)
{
	const struct kstd_captured *last = c->nr_ranges ? &c->ranges[c->nr_ranges - 1] : NULL;
	struct kstd_arena once = { 0 };
	struct kstd_span s;
	bool open = false;
	int rc;

	if (last && address - last->pa < last->bytes)
		return 0;
	if (kstd_extents_file(c->dump, &once, x, address, &s)) {
		kstd_defect_err(c->dump, NULL);
		rc = kstd_capture_leave(c, address, c->page, KSTD_LEFT_UNREADABLE, x->path);
	} else {
		rc = append_range(c, address, s.p, s.len, &open);
		close_range(c, &open);
	}
	kstd_arena_free(&once);
	return rc;
}

/* The payloads outside the trees, of all sides, from address @at up to @to, by address. */
static int put_extents(struct kstd_capture_run *c, uint64_t at, uint64_t to)
{
	int rc = 0;

	while (!rc) {
		struct kstd_extents *found = NULL;
		uint64_t address = to;

		for (struct kstd_extents *x = kstd_extents_all(c->dump); x; x = x->next) {
			const struct kstd_extent *e = kstd_extents_from(x, at);

			if (e && e->address < address) {
				found = x;
				address = e->address;
			}
		}
		if (!found)
			break;
		rc = put_extent(c, found, address);
		at = address + 1;
	}
	return rc;
}

/* Runs of memory, and payloads that are files, in the order of their addresses. */
static int put_memory(struct kstd_capture_run *c)
{
	uint8_t *buf = kstd_malloc(CHUNK);
	uint64_t at = 0;
	int rc = 0;

	if (!buf)
		return kstd_nomem(c->dump->ctx);
	for (size_t i = 0; i < c->want.nr && !rc; i++) {
		const struct kstd_memory_ref *run = &c->want.v[i];

		rc = put_extents(c, at, run->pa) ?: put_run(c, run, buf);
		at = run->pa + run->bytes;
	}
	free(buf);
	return rc ?: put_extents(c, at, UINT64_MAX);
}

static int put_file(struct kstd_capture_run *c, struct kstd_blob *b)
{
	struct kstd_captured *file;
	int rc = kstd_capture_pad(c, c->page);	/* so that a reader can map it */

	if (rc)
		return rc;
	file = add_captured(&c->files, &c->nr_files, &c->room_files);
	if (!file)
		return kstd_nomem(c->dump->ctx);
	*file = (struct kstd_captured){ .at = c->at, .bytes = b->bytes.len };
	sha256_init(&c->sha);
	sha256_update(&c->sha, b->bytes.len, b->bytes.len ? b->bytes.p : (const void *)"");
	sha256_digest(&c->sha, sizeof(file->sha256), file->sha256);
	rc = kstd_capture_put(c, b->bytes.p, b->bytes.len);
	if (!rc && !kstd_work_on(&c->work, b->bytes.len))
		rc = kstd_cancelled(c->dump);
	return rc;
}

/* The note says why, as nobody who reads the capture could find out. */
static int leave_file(struct kstd_capture_run *c, const struct kstd_blob *b)
{
	if (!kstd_array_fits(c->unread, c->nr_unread, c->room_unread))
		return kstd_nomem(c->dump->ctx);
	c->unread[c->nr_unread++] = (struct kstd_unread){ b, c->dump->ctx->err };
	kstd_defect_err(c->dump, NULL);
	return 0;
}

static int put_files(struct kstd_capture_run *c)
{
	int rc = kstd_capture_pad(c, c->page);

	c->files_at = c->at;
	for (struct kstd_blob *b = c->dump->blobs; b && !rc; b = b->next) {
		if (b->in_memory)
			continue;
		rc = kstd_blob_load(c->dump, b) ? leave_file(c, b) : put_file(c, b);
	}
	c->files_end = c->at;
	return rc;
}

/* Bytes of the memory and of the files that can be read; 0 if the sum overflows. */
static uint64_t all_bytes(struct kstd_capture_run *c)
{
	uint64_t total = 0;

	if (!c->dump->progress.tell)
		return 0;
	for (size_t i = 0; i < c->want.nr; i++)
		if (__builtin_add_overflow(total, c->want.v[i].bytes, &total))
			return 0;
	for (struct kstd_blob *b = c->dump->blobs; b; b = b->next)
		if (!b->in_memory && !kstd_blob_load(c->dump, b))
			total += b->bytes.len;
	return total;
}

/*
 * Room for the headers and the note, which are written last. The number of ranges is a guess, as
 * a run is split where memory is missing. What does not fit is written behind the data.
 */
static uint64_t front_room(const struct kstd_capture_run *c)
{
	const struct kstd_node *notes = kstd_notes(c->dump);
	uint64_t bytes = 8192, ranges = 16 + c->want.nr + c->want.nr / 8;

	for (const struct kstd_extents *x = kstd_extents_all(c->dump); x; x = x->next)
		ranges += x->nr;
	for (const struct kstd_blob *b = c->dump->blobs; b; b = b->next)
		bytes += strlen(b->path) + 256;
	for (const struct kstd_node *n = notes ? notes->kids.first : NULL; n; n = n->next)
		bytes += n->mem.len + 1;
	bytes += c->dump->of_source.nr * sizeof(struct kstd_report);
	bytes += ranges * (sizeof(Elf64_Phdr) + 16 + SHA256_DIGEST_SIZE) + c->nr_left * 128;
	return (bytes + c->page - 1) & ~(uint64_t)(c->page - 1);
}

int kstd_capture_data(struct kstd_capture_run *c)
{
	int rc;

	c->front = front_room(c);
	rc = kstd_capture_seek(c, c->front);
	kstd_work_begin(&c->work, c->dump, "writing the capture", all_bytes(c), CHUNK);
	rc = rc ?: put_memory(c) ?: put_files(c);
	if (!rc)
		kstd_work_end(&c->work);
	return rc ?: kstd_cancelled(c->dump);
}
