package catalog

import (
	"regexp"
	"strconv"
	"strings"

	"pavilion"
)

// Temperatures goods are stored at, in degrees Celsius.
const (
	coldest = -60
	hottest = 60
)

// readStorage reads the storage conditions and the temperatures: from columns of their own,
// or else out of the words.
func (p *rowParser) readStorage() {
	row := p.row
	row.Storage = p.texts(FieldStorage, maxStorage)
	row.StorageMinC, row.StorageMaxC = p.readDegrees(FieldStorageMin), p.readDegrees(FieldStorageMax)
	field := FieldStorageMin
	if row.StorageMinC == nil && row.StorageMaxC == nil {
		field = FieldStorage
		for _, lang := range pavilion.Langs {
			if row.StorageMinC, row.StorageMaxC = findDegrees(row.Storage[lang]); row.StorageMinC != nil || row.StorageMaxC != nil {
				break
			}
		}
	}
	for _, degrees := range []*int64{row.StorageMinC, row.StorageMaxC} {
		if degrees != nil && (*degrees < coldest || *degrees > hottest) {
			p.find(pavilion.Blocks, "storage.impossible", field, pavilion.Args{"degrees": *degrees})
		}
	}
	if row.StorageMinC != nil && row.StorageMaxC != nil && *row.StorageMinC > *row.StorageMaxC {
		p.find(pavilion.Blocks, "storage.reversed", field, pavilion.Args{"min": *row.StorageMinC, "max": *row.StorageMaxC})
	}
}

// readDegrees reads a temperature out of a column of its own.
func (p *rowParser) readDegrees(f Field) *int64 {
	c, ok := p.cell(f)
	if !ok {
		return nil
	}
	n, rest, ok := p.number(f, c)
	if !ok {
		return nil
	}
	degrees, ok := n.round()
	rest = lower(strings.NewReplacer("°", "", " ", "", "℃", "c").Replace(rest))
	if !ok || rest != "" && rest != "c" && rest != "с" {
		p.find(pavilion.Blocks, "cell.not_number", f, pavilion.Args{"value": short(c.text)})
		return nil
	}
	return &degrees
}

// Temperatures in words. A number may have its sign written out, and a range its sign
// twice: "-18 - -20". What stands after a word for temperature needs no degree sign.
const (
	degreesNumber = `(минус |мінус |minus |零下)?([-−–+]?) ?(\d{1,3})(?:[.,]\d+)?`
	degreesTo     = `(?: ?[°º℃]? ?[CcСс]?) ?(\.{2,3}|…|[-−–—~～±]|\+/-|до|да|to|至|и|and) ?`
	degreesSign   = `\)? ?(?:[°º℃]|град|deg|[CcСс](?:\PL|$))`
)

var (
	degreesRange  = regexp.MustCompile(`(?i)` + degreesNumber + degreesTo + degreesNumber + degreesSign)
	degreesSingle = regexp.MustCompile(`(?i)` + degreesNumber + degreesSign)
	wholeRange    = regexp.MustCompile(`(?i)^(?:от |ад |from )?` + degreesNumber + degreesTo + degreesNumber + `$`)
	bareRange     = regexp.MustCompile(`(?i)` + degreesNumber + degreesTo + degreesNumber + `(?:[^%0-9]|$)`)
	bareSingle    = regexp.MustCompile(`(?i)` + degreesNumber + `(?: ?[^%0-9 ]|$)`)
	temperature   = regexp.MustCompile(`(?i)темп|тэмп|temp|温`)
	// boundWords come before a single temperature. The longer ones hold the shorter ones and
	// stand first.
	boundWords = []struct {
		words  *regexp.Regexp
		lowest bool
	}{
		{before(`не ниже|не ніжэй|не менее|не менш|not below|at least`, `不低于|≥`), true},
		{before(`не выше|не вышэй|не более|не больш|не болей|до|да|ниже|ніжэй|up to|not above|below|under|exceed\pL*|max\pL*`, `不高于|不超过|低于|≤|<`), false},
		{before(`от|ад|выше|вышэй|above|from|min\pL*`, `高于|>`), true},
	}
)

// before matches a text that ends with one of the words, or of the signs, which need no
// space before them, and at most a few letters more.
func before(words, signs string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)((?:^|\PL)(?:` + words + `)(?:\PL|$)|` + signs + `)[^0-9]{0,20}$`)
}

// findDegrees finds the temperatures in words such as "+5…+25 °C", "от 0 до +6",
// "(18±3) °C", "не выше минус 18 °C". It returns nil for a side that is not stated.
func findDegrees(s string) (lowest, highest *int64) {
	if m := degreesRange.FindStringSubmatch(s); m != nil {
		return rangeOf(m)
	}
	if m := degreesSingle.FindStringSubmatchIndex(s); m != nil {
		return side(s[:m[0]], s[m[1]:], degreesAt(s, m))
	}
	if m := wholeRange.FindStringSubmatch(s); m != nil {
		return rangeOf(m)
	}
	word := temperature.FindStringIndex(s)
	if word == nil {
		return nil, nil
	}
	s = s[word[1]:]
	if m := bareRange.FindStringSubmatch(s); m != nil {
		return rangeOf(m)
	}
	if m := bareSingle.FindStringSubmatchIndex(s); m != nil {
		return side(s[:m[0]], "", degreesAt(s, m))
	}
	return nil, nil
}

// rangeOf reads a match of two numbers with what stands between them.
func rangeOf(m []string) (lowest, highest *int64) {
	a, b := degrees(m[1], m[2], m[3]), degrees(m[5], m[6], m[7])
	if m[4] == "±" || m[4] == "+/-" {
		a, b = a-b, a+b
	}
	return &a, &b
}

func degreesAt(s string, m []int) int64 {
	word := ""
	if m[2] >= 0 {
		word = s[m[2]:m[3]]
	}
	return degrees(word, s[m[4]:m[5]], s[m[6]:m[7]])
}

func degrees(word, sign, digits string) int64 {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0 // three digits at most
	}
	if word != "" || sign != "" && sign != "+" {
		return -n
	}
	return n
}

// side tells by the words around it whether a temperature is the highest, the lowest, or
// the only one.
func side(before, after string, n int64) (lowest, highest *int64) {
	switch {
	case strings.HasPrefix(after, "以下"):
		return nil, &n
	case strings.HasPrefix(after, "以上"):
		return &n, nil
	}
	for _, bound := range boundWords {
		switch {
		case !bound.words.MatchString(before):
		case bound.lowest:
			return &n, nil
		default:
			return nil, &n
		}
	}
	return &n, &n
}
