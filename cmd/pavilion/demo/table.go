package demo

import (
	"embed"
	"encoding/csv"
	"fmt"
	"strings"

	"pavilion"
)

//go:embed *.tsv *.toml workbooks/*.xlsx
var files embed.FS

// row is one row of a table, by the names of its columns.
type row map[string]string

// text gathers the columns of a name in all languages: name_ru, name_zh …
func (r row) text(name string) pavilion.Text {
	t := pavilion.Text{}
	for _, l := range pavilion.Langs {
		if s := r[name+"_"+string(l)]; s != "" {
			t[l] = s
		}
	}
	return t
}

// table reads one of the tab-separated tables beside this file.
func table(name string) ([]row, error) {
	text, err := files.ReadFile(name + ".tsv")
	if err != nil {
		return nil, err
	}
	c := csv.NewReader(strings.NewReader(string(text)))
	c.Comma, c.LazyQuotes = '\t', true
	lines, err := c.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", name, err)
	}
	var out []row
	for _, line := range lines[1:] {
		r := row{}
		for i, v := range line {
			r[lines[0][i]] = v
		}
		out = append(out, r)
	}
	return out, nil
}
