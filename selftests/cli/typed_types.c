// SPDX-License-Identifier: GPL-2.0

/*
 * Structs as they are proposed for LUO, of which a compiler makes type information: nothing of what
 * kstate-dump has.
 */

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define PRESERVED(name, type)	union { u64 phys; type ptr; } name

struct kho_vmalloc_chunk;

struct kho_vmalloc {
	PRESERVED(first, struct kho_vmalloc_chunk *);
	u32 total_pages;
	u16 flags;
	u16 order;
};

struct vfio_pci_core_device_ser {
	u32 domain;
	u16 bdf;
	u8 reset_works;
} __attribute__((packed));

struct pci_dev_ser {
	u32 domain;
	u16 bdf;
	u16 refcount;
} __attribute__((packed));

struct pci_ser {
	u32 max_nr_devices;
	u32 nr_devices;
	struct pci_dev_ser devices[];
} __attribute__((packed));

struct kvm_folios {
	u64 nr_folios;
	u64 folios_pa[];
};

struct kvm_luo_ser {
	u64 type;
	PRESERVED(kho_folios, struct kvm_folios *);
} __attribute__((packed));

struct guest_memfd_luo_folio_ser {
	u64 pfn:52;
	u64 flags:12;
	u64 index;
} __attribute__((packed));

struct guest_memfd_luo_ser {
	u64 size;
	u64 flags;
	u64 nr_folios;
	u64 vm_token;
	struct kho_vmalloc folios;
} __attribute__((packed));

/* Only what something has is described. */
struct vfio_pci_core_device_ser vfio;
struct pci_ser pci;
struct kvm_luo_ser kvm;
struct kvm_folios kvm_folios;
struct guest_memfd_luo_ser gmem;
struct guest_memfd_luo_folio_ser gmem_folio;
