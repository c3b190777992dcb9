// What scrolls in a box of its own can be reached by keyboard.
const BOXES = "pre, .table-wrapper, .cell_output, .math";

function makeReachable() {
    for (const box of document.querySelectorAll(BOXES)) {
        if (box.scrollWidth > box.clientWidth) {
            box.tabIndex = 0;
        }
    }
}

window.addEventListener("load", makeReachable);
window.addEventListener("resize", makeReachable);
window.MathJax?.Hub?.Queue(makeReachable);
