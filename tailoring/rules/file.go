package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// File is a file of a pack, kept so that a fault in what it says can be told with its line.
type File struct {
	Name string // such as "cn/market.toml"
	text string
}

// Read reads a file of a pack into a struct with toml tags. A key that the struct has no
// field for is an error, so that a mistyped word never means "not stated"; but for keys of which
// the struct says that it ReadsLater, and then checks itself. Errors name the file, the line
// and what is wrong there.
func Read(files fs.FS, name string, into any) (*File, error) {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	f := &File{name, string(raw)}
	meta, err := toml.Decode(f.text, into)
	if err != nil {
		if p, ok := errors.AsType[toml.ParseError](err); ok {
			return nil, fmt.Errorf("%s:%d: %s", name, p.Position.Line, p.Message)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	unknown := meta.Undecoded()
	if later, ok := into.(interface{ ReadsLater(key []string) bool }); ok {
		unknown = slices.DeleteFunc(unknown, func(key toml.Key) bool { return later.ReadsLater(key) })
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("%s:%d: the key %q means nothing here: mend its spelling or take it out", name, f.lineOf(unknown[0][len(unknown[0])-1]), unknown[0])
	}
	return f, nil
}

// lineOf is the first line that sets a key; 1 if none is found.
func (f *File) lineOf(key string) int {
	number := 0
	for line := range strings.SplitSeq(f.text, "\n") {
		number++
		if name, _, _ := strings.Cut(line, "="); strings.Trim(strings.TrimSpace(name), `"[]`) == key {
			return number
		}
	}
	return 1
}

// Fault is an error about the n-th table of an array, counted from 0, such as the third
// [[nutrient]]; or about the file as a whole if there is no such table.
func (f *File) Fault(table string, n int, format string, args ...any) error {
	number, found := 0, -1
	for line := range strings.SplitSeq(f.text, "\n") {
		number++
		if strings.TrimSpace(line) == "[["+table+"]]" {
			if found++; found == n {
				return fmt.Errorf("%s:%d: "+format, append([]any{f.Name, number}, args...)...)
			}
		}
	}
	return fmt.Errorf("%s: "+format, append([]any{f.Name}, args...)...)
}
