package catalog

import (
	"io"
	"strconv"
	"strings"
)

// numberStyle is what a number format makes of the number in a cell, as far as the meaning
// of the number depends on it: 0.035 shown as 3.5 %, 45,000 shown as a day.
type numberStyle uint8

const (
	plainNumber numberStyle = iota
	percentNumber
	dateNumber
)

const maxStyles = 64 << 10 // Excel has at most 65,490

// loadStyles returns the number style of each cell format, by its index.
func (b *book) loadStyles() ([]numberStyle, error) {
	if b.styles == "" || b.parts[b.styles] == nil {
		return nil, nil
	}
	custom := map[int]numberStyle{}
	var styles []numberStyle
	inCellFormats := false
	err := b.read(b.styles, func(x *xmlReader) error {
		for {
			token, err := x.next()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			switch string(x.name) {
			case "cellXfs":
				inCellFormats = token == xmlStart
			case "numFmt":
				if token == xmlStart && len(custom) < maxStyles {
					custom[attrInt(x, "numFmtId")] = customStyle(string(x.attr("formatCode")))
				}
			case "xf":
				if token == xmlStart && inCellFormats && len(styles) < maxStyles {
					styles = append(styles, formatStyle(attrInt(x, "numFmtId"), custom))
				}
			}
		}
	})
	return styles, err
}

// formatStyle knows the formats that are built in (ECMA-376 part 1, section 18.8.30).
func formatStyle(id int, custom map[int]numberStyle) numberStyle {
	switch {
	case id == 9 || id == 10:
		return percentNumber
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 45 && id <= 47, id >= 50 && id <= 58:
		return dateNumber
	}
	return custom[id]
}

// customStyle reads a format code such as 0.0% or [$-419]dd.mm.yyyy, leaving out what
// stands in quotes or brackets or behind a backslash.
func customStyle(code string) numberStyle {
	style := plainNumber
	code, _, _ = strings.Cut(code, ";") // the part for numbers from zero up
	for i := 0; i < len(code); i++ {
		switch c := code[i] | 0x20; {
		case code[i] == '"':
			i += skipTo(code[i+1:], '"')
		case code[i] == '[':
			i += skipTo(code[i+1:], ']')
		case code[i] == '\\' || code[i] == '_' || code[i] == '*':
			i++
		case code[i] == '%':
			return percentNumber
		case strings.HasPrefix(code[i:], "General"):
			i += len("General") - 1
		case c == 'y' || c == 'm' || c == 'd' || c == 'h' || c == 's':
			style = dateNumber
		}
	}
	return style
}

// skipTo returns how far behind the first byte the end stands.
func skipTo(s string, end byte) int {
	if i := strings.IndexByte(s, end); i >= 0 {
		return i + 1
	}
	return len(s)
}

// attrInt returns a number attribute of the start tag, or -1.
func attrInt(x *xmlReader, name string) int {
	n, err := strconv.Atoi(string(x.attr(name)))
	if err != nil {
		return -1
	}
	return n
}
