package nutrition_test

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion/tailoring/nutrition"
	"pavilion/tailoring/rules"
)

const market = "cn"

// standards are those of the pack.
func standards(t *testing.T) []*nutrition.Standard {
	t.Helper()
	all, err := nutrition.Load(rules.Files, market)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// line is a row as the vectors write it.
type line struct {
	Name       string  `json:"name"`
	Unit       string  `json:"unit"`
	Value      string  `json:"value"`
	NRVPercent *string `json:"nrvPercent"`
}

// TestVectors runs every case of the file: content of 100 in, rows and missing ones out.
func TestVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/china-label.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			ID, Standard string
			Per100       map[nutrition.Code]string
			Options      struct{ Basis, Mode, Serving string }
			Expect       struct {
				Rows             []line
				MissingMandatory []nutrition.Code
			}
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) == 0 {
		t.Fatal("got no vectors")
	}
	all := standards(t)
	for _, v := range file.Vectors {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			s, found := nutrition.Find(all, v.Standard)
			if !found {
				t.Fatalf("the pack has no %s", v.Standard)
			}
			content := nutrition.Content{}
			for code, text := range v.Per100 {
				amount, err := nutrition.ParseAmount(text)
				if err != nil {
					t.Fatal(err)
				}
				content[code] = nutrition.Amount{Value: amount}
			}
			o := nutrition.Options{Rounding: nutrition.Rounding(v.Options.Mode)}
			switch v.Options.Basis {
			case "":
			case "100 ml":
				o.Basis = nutrition.Millilitres
			default:
				t.Fatalf("basis %q", v.Options.Basis)
			}
			if v.Options.Serving != "" {
				if o.Serving, err = nutrition.ParseAmount(v.Options.Serving); err != nil {
					t.Fatal(err)
				}
			}
			table, err := s.Table(content, o)
			if err != nil {
				t.Fatal(err)
			}
			var got []line
			for _, r := range table.Rows {
				l := line{Name: string(r.Nutrient.Code), Unit: r.Nutrient.Unit, Value: r.Value}
				if r.HasNRV {
					percent := strconv.FormatInt(r.Percent, 10)
					l.NRVPercent = &percent
				}
				got = append(got, l)
			}
			if diff := cmp.Diff(v.Expect.Rows, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			missing := table.Missing
			if missing == nil {
				missing = []nutrition.Code{}
			}
			if diff := cmp.Diff(v.Expect.MissingMandatory, missing); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
			if table.Complete() != (len(v.Expect.MissingMandatory) == 0) {
				t.Errorf("complete: got %t", table.Complete())
			}
		})
	}
}
