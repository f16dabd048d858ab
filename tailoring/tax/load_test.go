package tax_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"pavilion/tailoring/rules"
	"pavilion/tailoring/tax"
)

// spoiled is the market's folder with one file changed.
func spoiled(t testing.TB, name string, change func(string) string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	for _, n := range []string{"market.toml", "tax.toml", "tariff.tsv"} {
		text, err := fs.ReadFile(rules.Files, "cn/"+n)
		if err != nil {
			t.Fatal(err)
		}
		if n == name {
			text = []byte(change(string(text)))
		}
		out["cn/"+n] = &fstest.MapFile{Data: text}
	}
	return out
}

// TestBrokenPacks: what is wrong is named with its file and line, and what to do.
func TestBrokenPacks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, old, new, want string }{
		{"no such share", "tax.toml", `share = "0.70"`, `share = "70 %"`, "write a fraction"},
		{"relief without limits", "tax.toml", "single = \"5000.00\"\n", "", "without limits"},
		{"no amount", "tax.toml", `yearly = "26000.00"`, `yearly = "lots"`, "write an amount"},
		{"no day", "tax.toml", `from = "2024-12-01"` + "\n" + `payer`, `from = "soon"` + "\n" + `payer`, "write a day"},
		{"unknown source", "tax.toml", `source = "2018-49"`, `source = "hearsay"`, "not among the sources"},
		{"unknown mark", "tax.toml", `verified = "seen"`, `verified = "sure"`, "write seen, recalled or ours"},
		{"unknown route", "tax.toml", `route = "general"`, `route = "river"`, "not in market.toml"},
		{"unknown word", "tax.toml", `listed = true`, `listde = true`, "means nothing here"},
		{"unknown payer", "tax.toml", `payer = "importer"`, `payer = "nobody"`, "write shopper or importer"},
		{"two rules at once", "tax.toml", "[[consumption]]\n", "[[regime]]\nroute=\"cbec\"\nfrom=\"2020-01-01\"\npayer=\"shopper\"\nduty_share=\"1\"\nshare=\"1\"\nsource=\"2018-49\"\nverified=\"seen\"\n[[consumption]]\n", "on the same days"},
		{"language missing", "tax.toml", "be = \"Закон КНР аб мытным тарыфе\"\n", "", "lack the language be"},
		{"no toml", "tax.toml", "[[usual]]", "[[usual", "cn/tax.toml:"},
		{"no currency", "market.toml", `currency = "CNY"`, `currency = "SHELL"`, "ISO 4217"},
		{"no zone", "market.toml", "Asia/Shanghai", "Asia/Nowhere", "IANA"},
		{"no code", "tariff.tsv", "18063100\t", "1806.31\t", "digits"},
		{"no duty", "tariff.tsv", "18063100\t0.08", "18063100\t8 %", "mfn"},
		{"a code twice", "tariff.tsv", "18063200\t", "18063100\t", "stands on line"},
		{"a tab too many", "tariff.tsv", "18063100\t", "18063100\t\t", "columns"},
		{"no listing", "tariff.tsv", "\tsold\t", "\tperhaps\t", "write sold, expected"},
		{"no columns", "tariff.tsv", "code\tmfn", "mfn\tcode", "the columns are not"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := spoiled(t, c.file, func(s string) string {
				if !strings.Contains(s, c.old) {
					t.Fatalf("the file does not hold %q", c.old)
				}
				return strings.Replace(s, c.old, c.new, 1)
			})
			_, err := tax.Load(files, "cn")
			if err == nil || !strings.HasPrefix(err.Error(), "cn/"+c.file) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want cn/%s and %q", err, c.file, c.want)
			}
		})
	}
	if tax.Has(rules.Files, "atlantis") || !tax.Has(rules.Files, "cn") {
		t.Error("Has: got a market that is none, or none for one that is")
	}
}

// TestPackIsWhole: the pack that is shipped has a rule for each way of its market and taxes
// for each kind of goods the catalogue knows.
func TestPackIsWhole(t *testing.T) {
	t.Parallel()
	p := load(t)
	for _, route := range []string{"cbec", "general"} {
		if _, ok := p.Regime(route, day); !ok {
			t.Errorf("no rule for %s", route)
		}
	}
	for _, goods := range []string{"food", "cosmetics", "household"} {
		if _, ok := p.UsualRates(goods); !ok {
			t.Errorf("no usual rates for %s", goods)
		}
	}
}

// FuzzTariff reads what somebody may write into the table: it is refused or whole, and
// nothing else happens.
func FuzzTariff(f *testing.F) {
	text, err := fs.ReadFile(rules.Files, "cn/tariff.tsv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("code\tmfn\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := tax.Load(spoiled(t, "tariff.tsv", func(string) string { return s }), "cn")
		if err != nil {
			return
		}
		for _, row := range p.Tariff {
			if found, ok := p.Find(row.Code); !ok || found.Code != row.Code {
				t.Fatalf("%s: found %s", row.Code, found.Code)
			}
			if row.MFN.IsNegative() || row.VAT.IsNegative() {
				t.Fatalf("%s: a rate is negative", row.Code)
			}
		}
	})
}
