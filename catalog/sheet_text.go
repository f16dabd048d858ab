package catalog

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"pavilion"
)

// clean returns a cell's words on one line: spaces of all kinds collapsed, and without the
// characters nobody sees, such as zero-width ones and those that turn the direction of
// text. Words that are clean already come back as they are. s must be UTF-8.
func clean(s string) string {
	if strings.Contains(s, "_x") {
		s = unescapeControls(s)
	}
	if isClean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || r == '\u200b':
			space = true
			continue
		case invisible(r):
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// ordinarySize returns how many bytes a character has that begins with this one, if all
// such are letters of ours: Cyrillic, Chinese. Otherwise it returns 0.
func ordinarySize(lead byte) int {
	switch {
	case lead == 0xd0 || lead == 0xd1: // U+0400 to U+047F
		return 2
	case lead >= 0xe5 && lead <= 0xe9: // U+5000 to U+9FFF
		return 3
	}
	return 0
}

func isClean(s string) bool {
	space := true
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' || c == 0x7f || c == ' ' && space {
				return false
			}
			space = c == ' '
			i++
			continue
		}
		space = false
		if size := ordinarySize(c); size > 0 {
			i += size
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError || unicode.IsSpace(r) || invisible(r) {
			return false
		}
		i += size
	}
	return !space || s == ""
}

// invisible characters: controls, directions, joiners, byte order marks, private use.
func invisible(r rune) bool {
	switch {
	case r >= ' ' && r < 0x7f, r >= 0x400 && r < 0x530, r >= 0x4e00 && r < 0xa000: // Latin, Cyrillic, Han: nearly always
		return false
	}
	return unicode.Is(unicode.C, r) || r == utf8.RuneError
}

// unescapeControls replaces _x000D_, which is how a workbook writes characters that XML
// does not allow, with a space.
func unescapeControls(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || len(s) < i+7 {
			return b.String() + s
		}
		code, err := strconv.ParseUint(s[i+2:i+6], 16, 32)
		if s[i+6] != '_' || err != nil || code >= ' ' {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i] + " ")
		s = s[i+7:]
	}
}

// isBlank tells the ways people leave a cell empty by writing something.
func isBlank(s string) bool {
	const longest = len("нет данных")
	if len(s) > longest {
		return false
	}
	switch lower(s) {
	case "", "-", "–", "—", "−", "/", "x", "х", "н/д", "нет данных", "няма даных", "n/a", "na", "none", "无", "暂无":
		return true
	}
	return false
}

// lower is strings.ToLower for the alphabets of our languages, at a third of its time.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z', r >= 'А' && r <= 'Я':
			return r + ' '
		case r >= 'Ѐ' && r <= 'Џ':
			return r + 'ѐ' - 'Ѐ'
		case r < 0x80, r >= 'а' && r <= 'џ', r > 0x2e80:
			return r
		}
		return unicode.ToLower(r)
	}, s)
}

// scriptOf guesses the language of words by their letters; heading is the language their
// column is headed in.
func scriptOf(s string, heading pavilion.Lang) pavilion.Lang {
	han, latin, cyrillic, belarusian, russian := 0, 0, 0, 0, 0
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			if r|0x20 >= 'a' && r|0x20 <= 'z' {
				latin++
			}
		case r >= 'Ѐ' && r <= 'ӿ':
			cyrillic++
			switch r {
			case 'ў', 'і', 'Ў', 'І':
				belarusian++
			case 'и', 'щ', 'ъ', 'И', 'Щ', 'Ъ':
				russian++
			}
		case unicode.Is(unicode.Han, r):
			han++
		}
	}
	switch {
	case han > 0 && han*3 >= cyrillic && han*3 >= latin: // a brand in Latin letters is often part of a Chinese name
		return pavilion.Chinese
	case cyrillic == 0 && latin == 0:
		return heading
	case latin > cyrillic:
		return pavilion.English
	case belarusian > russian, heading == pavilion.Belarusian && russian == 0:
		return pavilion.Belarusian
	}
	return pavilion.Russian
}
