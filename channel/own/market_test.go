package own_test

import (
	"slices"
	"testing"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/order"
)

func TestChina(t *testing.T) {
	t.Parallel()
	m, err := own.LoadMarket("cn")
	if err != nil {
		t.Fatal(err)
	}
	if m.Country != "CN" || m.Currency != "CNY" || m.Phone.Code != "86" {
		t.Errorf("got %s %s %s, want CN CNY 86", m.Country, m.Currency, m.Phone.Code)
	}
	cities, districts := 0, 0
	for _, p := range m.Provinces {
		names := map[string]bool{}
		for _, c := range p.Parts {
			if names[c.Name] {
				t.Errorf("%s has %s twice", p.Name, c.Name)
			}
			names[c.Name] = true
			cities++
			districts += len(c.Parts)
		}
	}
	if len(m.Provinces) != 31 || cities != 369 || districts != 3024 {
		t.Errorf("got %d provinces, %d cities, %d districts; want 31, 369, 3024", len(m.Provinces), cities, districts)
	}
	has := func(all []own.Region, name string) bool {
		return slices.ContainsFunc(all, func(r own.Region) bool { return r.Name == name })
	}
	if !has(m.Districts("北京市", "北京市"), "海淀区") || !has(m.Districts("重庆市", "重庆市"), "云阳县") ||
		!has(m.Cities("湖北省"), "仙桃市") || !has(m.Districts("广东省", "深圳市"), "南山区") || !has(m.Cities("新疆维吾尔自治区"), "石河子市") {
		t.Error("a place is missing")
	}
	if len(m.Cities("加利福尼亚")) != 0 || len(m.Districts("北京市", "广州市")) != 0 {
		t.Error("got parts of a place that is not there")
	}
	for _, key := range []string{"xx", "", "../cn", "cn_regions"} {
		_, err := own.LoadMarket(key)
		if pavilion.KindOf(err) != pavilion.NotFound {
			t.Errorf("market %q: got %v, want NotFound", key, err)
		}
	}
}

func TestParsePhone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, text, want string }{
		{"CN", "13800138000", "+8613800138000"},
		{"CN", " 138 0013-8000 ", "+8613800138000"},
		{"CN", "１３８００１３８０００", "+8613800138000"},
		{"CN", "＋86（138）0013　8000", "+8613800138000"},
		{"CN", "8613800138000", "+8613800138000"},
		{"CN", "0086 13800138000", "+8613800138000"},
		{"CN", "+375 29 123-45-67", "+375291234567"},
		{"CN", "+7 912 345-67-89", "+79123456789"},
		{"BY", "8 029 123 45 67", "+375291234567"},
		{"BY", "29 1234567", "+375291234567"},
		{"BY", "375291234567", "+375291234567"},
		{"CN", "12800138000", ""},
		{"CN", "1380013800", ""},
		{"CN", "+86 10 6655 4433", ""},
		{"CN", "+375 17 123-45-67", ""},
		{"CN", "+0123456789", ""},
		{"CN", "+12345", ""},
		{"CN", "+1234567890123456", ""},
		{"CN", "138001380OO", ""},
		{"CN", "", ""},
		{"XX", "13800138000", ""},
	} {
		if got, err := own.ParsePhone(c.country, c.text); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s %q: got %q, %v, want %q", c.country, c.text, got, err, c.want)
		}
	}
}

func FuzzParsePhone(f *testing.F) {
	for _, seed := range []string{"13800138000", "+375 29 123-45-67", "００８６ 138", "8029", "+"} {
		f.Add("CN", seed)
		f.Add("BY", seed)
	}
	f.Fuzz(func(t *testing.T, country, text string) {
		got, err := own.ParsePhone(country, text)
		if err != nil {
			return
		}
		if again, err := own.ParsePhone(country, got); err != nil || again != got || len(got) > 16 || got[0] != '+' {
			t.Errorf("%s %q: got %q, and from that %q, %v", country, text, got, again, err)
		}
	})
}

func TestCheckShipTo(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		got, findings := w.CheckShipTo(order.ShipTo{
			Name: "  收\u202e件\x00人\u200b ", Phone: "138 0013 8000", Province: "湖北省", City: "仙桃市", Street: "a\n b", Postcode: "４３３０００",
		})
		want := order.ShipTo{Name: "收件人", Phone: "+8613800138000", Country: "CN", Province: "湖北省", City: "仙桃市", Street: "a b", Postcode: "433000"}
		if got != want || len(findings) != 0 {
			t.Errorf("got %q %q %q %q with %v, want it tidied", got.Name, got.Phone, got.Street, got.Postcode, findings)
		}
		_, findings = w.CheckShipTo(order.ShipTo{})
		var fields []string
		for _, f := range findings {
			fields = append(fields, f.Field)
		}
		if !slices.Equal(fields, []string{"name", "phone", "province", "city", "district", "street"}) {
			t.Errorf("nothing: got %v, want every field once", fields)
		}
	})
}
