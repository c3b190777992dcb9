// Names and states that the widgets of a live figure lack for those who do not see them: of its
// sliders, buttons and picture, now and after every change.
(root) => {
    const put = (element, name, value) => {
        if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    };
    const words = (selector, within) => within.querySelector(selector)?.textContent.trim() ?? "";
    const name = () => {
        for (const slider of root.querySelectorAll(".widget-slider")) {
            for (const handle of slider.querySelectorAll(".noUi-handle")) {
                put(handle, "aria-label", words(".widget-label", slider));
                put(handle, "aria-valuetext", words(".widget-readout", slider));
            }
        }
        for (const button of root.querySelectorAll("button.widget-toggle-button")) {
            put(button, "aria-pressed", String(button.classList.contains("mod-active")));
        }
        for (const icon of root.querySelectorAll(".widget-play button .fa")) {
            const does = ["play", "pause", "stop", "repeat"];
            put(icon.parentElement, "aria-label", does.find((word) => icon.matches(`.fa-${word}`)));
        }
        for (const picture of root.querySelectorAll("img.widget-image")) {
            put(picture, "alt", words("[role=status]", root));
        }
    };
    name();
    new MutationObserver(name).observe(root, {
        attributeFilter: ["aria-valuetext", "class"],
        characterData: true,
        childList: true,
        subtree: true,
    });
}
