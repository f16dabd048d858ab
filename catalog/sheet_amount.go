package catalog

import (
	"strings"

	"pavilion"
)

// Most that an amount may be; what is above is a slip of the unit.
const (
	maxGrossWeightG  = 1_000_000
	maxSideMM        = 10_000
	maxCasePack      = 100_000
	maxShelfLifeDays = 36_500
)

// readAmounts reads net content, gross weight, size, case pack and shelf life.
func (p *rowParser) readAmounts() {
	p.readNet()
	p.row.GrossWeightG = p.readScaled(FieldGrossWeight, gramsIn, maxGrossWeightG)
	if milligrams, ok := p.row.Net.milligrams(); ok && p.row.GrossWeightG > 0 && milligrams > p.row.GrossWeightG*1000 {
		p.find(pavilion.Blocks, "gross_weight.below_net", FieldGrossWeight,
			pavilion.Args{"net_mg": milligrams, "gross_g": p.row.GrossWeightG})
	}
	p.row.LengthMM = p.readScaled(FieldLength, millimetresIn, maxSideMM)
	p.row.WidthMM = p.readScaled(FieldWidth, millimetresIn, maxSideMM)
	p.row.HeightMM = p.readScaled(FieldHeight, millimetresIn, maxSideMM)
	p.readSize()
	p.row.CasePack = p.readScaled(FieldCasePack, piecesIn, maxCasePack)
	p.row.ShelfLifeDays = p.readShelfLife()
}

// readNet reads the net content: with its unit in the cell, in the heading, or in a column
// of its own.
func (p *rowParser) readNet() {
	c, ok := p.cell(FieldNet)
	if !ok {
		if !p.found(FieldNet) {
			p.find(pavilion.Blocks, "net.missing", FieldNet, nil)
		}
		return
	}
	if c.kind == dateCell || c.kind == percentCell {
		p.find(pavilion.Blocks, "cell.date", FieldNet, pavilion.Args{"value": short(c.text)})
		return
	}
	text, _, _ := strings.Cut(c.text, "(") // "100 г (4×25 г)"
	text = strings.TrimSpace(text)
	if n, rest, numeric := cutNumber(text); numeric && rest == "" {
		unit, ok := p.unitBeside(FieldNet)
		if !ok {
			p.find(pavilion.Blocks, "net.unit_missing", FieldNet, pavilion.Args{"value": short(c.text)})
			return
		}
		text = n.shown().String() + " " + string(unit)
	} else if times, each, ok := cutTimes(text); ok {
		text = multiply(times, each)
	}
	net, err := ParseMeasure(text)
	if err != nil {
		p.findError(err, FieldNet, c.text)
		return
	}
	p.row.Net = net
}

// unitBeside returns the unit of a cell that has only a number.
func (p *rowParser) unitBeside(f Field) (Unit, bool) {
	if f == FieldNet {
		if text := p.text(FieldNetUnit, maxShort); text != "" {
			unit, err := ParseUnit(text)
			return unit, err == nil
		}
	}
	units := p.columns[f].units
	if len(units) != 1 {
		return "", false
	}
	return units[0], true
}

// cutTimes takes "4×25 г" apart.
func cutTimes(s string) (times int64, each string, ok bool) {
	n, rest, ok := cutNumber(s)
	times, whole := n.whole()
	if !ok || !whole || times < 1 {
		return 0, "", false
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, " "), "шт ")
	for _, sign := range []string{"×", "x", "X", "х", "Х", "*"} {
		if each, ok := strings.CutPrefix(rest, sign); ok {
			return times, strings.TrimSpace(each), true
		}
	}
	return 0, "", false
}

func multiply(times int64, each string) string {
	n, unit, ok := cutNumber(each)
	if !ok || times > 10_000 || n.digits > 1e12 {
		return each
	}
	return number{n.digits * times, n.exponent}.String() + unit
}

// milligrams returns a weight, and false for what is not one.
func (m Measure) milligrams() (int64, bool) {
	switch m.Unit {
	case Milligram:
		return m.Milli / 1000, true
	case Gram:
		return m.Milli, true
	case Kilogram:
		return m.Milli * 1000, true
	}
	return 0, false
}

// A scale says by which power of ten a unit is taken into the stored one.
type scale map[Unit]int

var (
	gramsIn       = scale{Milligram: -3, Gram: 0, Kilogram: 3}
	millimetresIn = scale{Millimetre: 0, Centimetre: 1, Metre: 3}
	piecesIn      = scale{Piece: 0, "": 0}
)

// readScaled reads an amount into the whole units that are stored; 0 if it is not stated.
func (p *rowParser) readScaled(f Field, to scale, most int64) int64 {
	c, ok := p.cell(f)
	if !ok {
		return 0
	}
	n, rest, ok := p.number(f, c)
	if !ok {
		return 0
	}
	unit, ok := p.unit(f, rest, to)
	if !ok {
		return 0
	}
	return p.scaled(f, c.text, n.times10(to[unit]), most)
}

// number reads the number at the beginning of a cell.
func (p *rowParser) number(f Field, c cell) (number, string, bool) {
	if c.kind == dateCell || c.kind == percentCell {
		p.find(pavilion.Blocks, "cell.date", f, pavilion.Args{"value": short(c.text)})
		return number{}, "", false
	}
	n, rest, ok := cutNumber(c.text)
	if !ok {
		p.find(pavilion.Blocks, "cell.not_number", f, pavilion.Args{"value": short(c.text)})
	}
	return n.shown(), strings.TrimSpace(rest), ok
}

// unit reads the unit behind a number, or takes the one of the heading.
func (p *rowParser) unit(f Field, rest string, allowed scale) (Unit, bool) {
	var unit Unit
	if rest == "" {
		unit, _ = p.unitBeside(f)
		if _, ok := allowed[unit]; !ok {
			p.find(pavilion.Blocks, "cell.unit_missing", f, pavilion.Args{"units": allowed.names()})
			return "", false
		}
		return unit, true
	}
	unit, ok := readUnit(rest)
	if _, fits := allowed[unit]; !ok || !fits {
		p.find(pavilion.Blocks, "cell.unit_unknown", f, pavilion.Args{"value": short(rest), "units": allowed.names()})
		return "", false
	}
	return unit, true
}

// names lists the units, the smallest first.
func (s scale) names() string {
	var names []string
	for power := -3; power <= 3; power++ {
		for unit, p := range s {
			if p == power && unit != "" {
				names = append(names, string(unit))
			}
		}
	}
	return strings.Join(names, ", ")
}

// scaled rounds the amount, and checks that it makes sense.
func (p *rowParser) scaled(f Field, written string, n number, most int64) int64 {
	value, ok := n.round()
	switch {
	case n.digits < 0:
		p.find(pavilion.Blocks, "cell.negative", f, pavilion.Args{"value": short(written)})
		return 0
	case !ok || value > most:
		p.find(pavilion.Blocks, "cell.too_much", f, pavilion.Args{"value": short(written), "limit": most})
		return 0
	}
	return value
}

// readSize reads length, width and height out of one cell: "200×100×50 мм".
func (p *rowParser) readSize() {
	c, ok := p.cell(FieldSize)
	if !ok {
		return
	}
	rest := c.text
	var sides [3]number
	for i := range sides {
		var ok bool
		if i > 0 {
			rest = strings.TrimLeft(rest, " xXхХ×*/-")
		}
		if sides[i], rest, ok = cutNumber(rest); !ok {
			p.find(pavilion.Blocks, "size.malformed", FieldSize, pavilion.Args{"value": short(c.text)})
			return
		}
	}
	unit, ok := p.unit(FieldSize, strings.TrimSpace(rest), millimetresIn)
	if !ok {
		return
	}
	for i, side := range []*int64{&p.row.LengthMM, &p.row.WidthMM, &p.row.HeightMM} {
		if *side == 0 {
			*side = p.scaled(FieldSize, c.text, sides[i].times10(millimetresIn[unit]), maxSideMM)
		}
	}
}

// readShelfLife reads a time into days: a month is a twelfth of 365 days. The unit must be
// said, in the cell or in the heading: twelve months and twelve days are both likely.
func (p *rowParser) readShelfLife() int64 {
	c, ok := p.cell(FieldShelfLife)
	if !ok || unlimited(c.text) {
		return 0
	}
	if from := strings.IndexAny(c.text, "0123456789"); from > 0 && c.kind == textCell {
		c.text = c.text[from:] // "не более 12 мес."
	}
	n, rest, ok := p.number(FieldShelfLife, c)
	if !ok {
		return 0
	}
	word := firstWord(rest)
	unit, known := readUnit(word)
	if rest == "" {
		unit, known = p.unitBeside(FieldShelfLife)
	}
	days, ok := daysIn(n, unit)
	switch {
	case rest == "" && (!known || !ok):
		p.find(pavilion.Blocks, "shelf_life.unit_missing", FieldShelfLife, pavilion.Args{"value": short(c.text)})
		return 0
	case !known || !ok:
		p.find(pavilion.Blocks, "shelf_life.malformed", FieldShelfLife, pavilion.Args{"value": short(c.text)})
		return 0
	}
	return p.scaled(FieldShelfLife, c.text, number{digits: days}, maxShelfLifeDays)
}

// firstWord returns the letters s begins with.
func firstWord(s string) string {
	if i := strings.IndexAny(s, " .,;:()/+*"); i >= 0 {
		return s[:i]
	}
	return s
}

// unlimited tells the ways to say that goods do not go off.
func unlimited(s string) bool {
	s = lower(s)
	for _, words := range []string{"не ограничен", "неограничен", "не абмежаван", "неабмежаван", "unlimited", "indefinite", "无限期", "长期"} {
		if strings.Contains(s, words) {
			return true
		}
	}
	return false
}

// daysIn returns the whole days of a time; false for a unit that is not one of time.
func daysIn(n number, unit Unit) (int64, bool) {
	milli, ok := n.times10(3).round() // 1.5 years are fine
	if !ok || milli > 1e12 || milli < -1e12 {
		milli = 1e12
	}
	switch unit {
	case unitHour:
		return milli / 24 / 1000, true
	case unitDay:
		return milli / 1000, true
	case unitWeek:
		return milli * 7 / 1000, true
	case unitMonth:
		return milli * 365 / 12 / 1000, true
	case unitYear:
		return milli * 365 / 1000, true
	}
	return 0, false
}
