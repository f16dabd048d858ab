package staff

import (
	"net/netip"
	"strings"
)

// Place is where somebody comes from, as far as colleagues and the throttle need it: too
// coarse to follow a person, fine enough to know one's own.
type Place struct {
	Network string // a masked address, such as 203.0.113.x or 2001:db8:7::x
	Device  string // browser and system, such as "Firefox on Windows"
}

// PlaceOf tells the place from an address, the zero one if it is not known, and from what
// the browser says about itself.
func PlaceOf(addr netip.Addr, userAgent string) Place {
	return Place{Network: maskNetwork(addr), Device: nameDevice(userAgent)}
}

// String is the place as the trail keeps it.
func (p Place) String() string {
	if p.Network == "" || p.Device == "" {
		return p.Network + p.Device
	}
	return p.Network + ", " + p.Device
}

// maskNetwork leaves of an address its network: 24 bits of version 4, 48 of version 6,
// which is what one subscriber gets at most.
func maskNetwork(addr netip.Addr) string {
	addr = addr.Unmap()
	switch {
	case addr.Is4():
		text := addr.String()
		return text[:strings.LastIndexByte(text, '.')+1] + "x"
	case addr.Is6():
		network, err := addr.WithZone("").Prefix(48)
		if err != nil {
			return ""
		}
		return network.Masked().Addr().String() + "x"
	}
	return ""
}

// word is a mark in a User-Agent and what it stands for.
type word struct{ mark, name string }

// Browsers name their ancestors too, so the youngest stands first. MicroMessenger is
// WeChat's own browser.
var (
	browsers = []word{
		{"MicroMessenger/", "WeChat"}, {"HuaweiBrowser/", "Huawei Browser"}, {"MiuiBrowser/", "Mi Browser"}, {"QQBrowser/", "QQ Browser"},
		{"YaBrowser/", "Yandex Browser"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}
	systems = []word{
		{"HarmonyOS", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"},
		{"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
	}
)

// nameDevice makes the few words people know their devices by.
func nameDevice(userAgent string) string {
	find := func(words []word) string {
		for _, w := range words {
			if strings.Contains(userAgent, w.mark) {
				return w.name
			}
		}
		return ""
	}
	browser, system := find(browsers), find(systems)
	if browser == "" || system == "" {
		return browser + system
	}
	return browser + " on " + system
}
