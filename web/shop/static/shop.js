// What the shop's pages do beyond what they can do without scripts. Nothing here is needed
// to buy.

// The cities of the chosen province, and no others.
const province = document.querySelector("select[name=province]");
const city = document.querySelector("select[name=city]");
if (province && city) {
  const groups = [...city.querySelectorAll("optgroup")];
  const show = () => {
    for (const group of groups) group.remove();
    const fitting = groups.filter((group) => !province.value || group.label === province.value);
    city.append(...fitting);
    const options = fitting.flatMap((group) => [...group.children]);
    if (!options.includes(city.selectedOptions[0])) city.selectedIndex = province.value && options.length === 1 ? 1 : 0;
  };
  province.addEventListener("change", show);
  show();
}

// The districts of the chosen city, as suggestions.
const district = document.querySelector("#district");
if (city && district) {
  const list = document.getElementById("district-list") ?? document.createElement("datalist");
  list.id = "district-list";
  district.after(list);
  district.setAttribute("list", list.id);
  const suggest = async () => {
    if (!city.value) return;
    try {
      const lang = location.pathname.split("/")[1];
      const answer = await fetch(`/${lang}/districts?${new URLSearchParams({ province: province.value, city: city.value })}`);
      const names = answer.ok ? (await answer.text()).split("\n").filter(Boolean) : [];
      list.replaceChildren(...names.map((name) => new Option(name, name)));
    } catch {
      // Without suggestions the district is typed.
    }
  };
  city.addEventListener("change", suggest);
  province.addEventListener("change", suggest);
  suggest();
}

// The payment page looks whether the money came, and shows itself anew when it did.
const watched = document.querySelector("[data-watch]");
if (watched) {
  const { watch, state } = watched.dataset;
  let tries = 0;
  const look = async () => {
    tries += 1;
    try {
      const answer = await fetch(watch, { headers: { Accept: "text/plain" } });
      if (answer.ok && (await answer.text()) !== state) {
        location.reload();
        return;
      }
    } catch {
      // The network is away: the next try may find it.
    }
    if (tries < 60) setTimeout(look, 2000 + tries * 100);
  };
  setTimeout(look, 1500);
}
