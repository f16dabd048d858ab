// What pages do beyond what they can do without scripts. Nothing here is needed to buy.

// An open menu closes when the reader turns to something else.
document.addEventListener("click", (e) => {
  for (const menu of document.querySelectorAll("details.languages[open]")) {
    if (!menu.contains(e.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.languages[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// <button data-dialog="id"> asks before it sends; without scripts it sends at once.
document.addEventListener("click", (e) => {
  const opener = e.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    e.preventDefault();
    dialog.showModal();
  }
});

// A changed quantity is sent without a further press.
document.addEventListener("change", (e) => {
  if (e.target.matches(".stepper input, [data-send]")) e.target.form?.requestSubmit();
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (e) => {
  if (e.target.dataset.sent) {
    e.preventDefault();
    return;
  }
  if (e.target.method === "post") {
    e.target.dataset.sent = "1";
    setTimeout(() => delete e.target.dataset.sent, 5000);
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The marks under a gallery follow the picture that is seen.
for (const gallery of document.querySelectorAll(".gallery")) {
  const list = gallery.querySelector("ul");
  const now = gallery.querySelector(".gallery-now");
  if (!now || !("IntersectionObserver" in window)) continue;
  const pictures = [...list.children];
  const watch = new IntersectionObserver((seen) => {
    for (const one of seen) {
      if (one.isIntersecting) now.textContent = String(pictures.indexOf(one.target) + 1);
    }
  }, { root: list, threshold: 0.6 });
  for (const picture of pictures) watch.observe(picture);
}
