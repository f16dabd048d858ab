// Looks at what depends on the width of the window: nothing sticks out, and on a phone
// whatever is pressed is large enough for a finger (WCAG 2.2, 2.5.8: 24 by 24 pixels, words
// in a sentence excepted).
(() => {
  const faults = [];
  const show = (el) => el.outerHTML.replace(/\s+/g, " ").slice(0, 160);
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll("body *")].filter((el) => el.getBoundingClientRect().right > root.clientWidth + 1);
    faults.push(`scrolls sideways, ${root.scrollWidth} in ${root.clientWidth}: ${wide.slice(0, 3).map(show).join(" ")}`);
  }
  if (root.clientWidth < 600) {
    for (const el of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
      const r = el.getBoundingClientRect();
      const style = getComputedStyle(el);
      if (r.width < 2 || r.height < 2 || style.visibility === "hidden" || style.display === "inline") continue;
      const label = el.labels?.[0]?.getBoundingClientRect();
      const large = (b) => b && b.width >= 24 && b.height >= 24;
      if (!large(r) && !large(label)) faults.push(`${Math.round(r.width)} by ${Math.round(r.height)} is too small to press: ${show(el)}`);
    }
  }
  return faults;
})();
