// The menu of narrow windows, and the search: names and headings of all pages, in names.js, which is read when asked.
const menu = document.querySelector("nav details");
if (matchMedia("(max-width: 60rem)").matches) menu.open = false;
const field = document.querySelector("nav input");
const found = document.querySelector("#found");
function load() {
    if (window.names || document.querySelector("script[src='names.js']")) return;
    const script = document.createElement("script");
    script.src = "names.js";
    script.onload = search;
    document.head.append(script);
}
function search() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = words.length && window.names
        ? names.filter(([name]) => words.every(word => name.toLowerCase().includes(word))) : [];
    fits.sort((a, b) => a[0].length - b[0].length);
    found.replaceChildren(...fits.slice(0, 12).map(([name, where, page]) => {
        const row = document.createElement("li");
        const link = row.appendChild(document.createElement("a"));
        link.href = where;
        link.append(name, " ", Object.assign(document.createElement("small"), {textContent: page}));
        return row;
    }));
}
field.addEventListener("focus", load);
field.addEventListener("input", search);
addEventListener("keydown", event => {
    if (event.key !== "/" || document.activeElement === field) return;
    event.preventDefault();
    menu.open = true;
    field.focus();
});
