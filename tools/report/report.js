"use strict";
/* Tables that filter: all words must be in a row. Rows that are not in the page yet are data beside it. */
const SHOWN = 500, FEW = 12;

function element(tag, text) {
	const e = document.createElement(tag);
	e.textContent = text;
	return e;
}

function count(n) {
	return n.toLocaleString("en");
}

function makeRow(table, cells) {
	const row = document.createElement("tr");
	cells.forEach((text, i) => {
		const cell = element("td", text);
		const head = table.tHead.rows[0].cells[i];
		if (head)
			cell.className = head.className;
		row.append(cell);
	});
	return row;
}

function setUp(table) {
	const body = table.tBodies[0], filter = table.parentNode.querySelector(".filter");
	const cut = table.parentNode.querySelector(".cut");
	const first = Array.from(body.rows), all = cut ? Number(cut.dataset.rows) : first.length;
	if (all < FEW)
		return;
	const input = filter.querySelector("input"), output = filter.querySelector("output");
	let more = null, text = null;

	/* Only who filters waits for the rows that are data. */
	function load() {
		const rest = document.getElementById(table.id + "-rest");
		more = rest ? JSON.parse(rest.textContent) : [];
		text = first.map((row) => Array.from(row.cells, (c) => c.textContent).join("\n").toLowerCase())
			.concat(more.map((cells) => cells.join("\n").toLowerCase()));
	}

	function show() {
		const words = input.value.toLowerCase().split(/\s+/).filter((w) => w);
		const rows = [];
		let found = 0;
		if (!text)
			load();
		for (let i = 0; i < all; i++) {
			if (!words.every((w) => text[i].includes(w)))
				continue;
			if (found++ < SHOWN)
				rows.push(i < first.length ? first[i] : makeRow(table, more[i - first.length]));
		}
		body.replaceChildren(...rows);
		output.textContent = count(found) + " of " + count(all) + " rows" +
			(found > SHOWN ? ", the first " + SHOWN + " are shown" : "");
	}
	input.addEventListener("input", show);
	filter.hidden = false;
	output.textContent = count(all) + " rows" + (all > SHOWN ? ", the first " + SHOWN + " are shown" : "");
}

document.querySelectorAll("table.rows").forEach(setUp);
