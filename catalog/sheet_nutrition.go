package catalog

import (
	"strings"

	"pavilion"
)

const (
	hundredGrams = 100_000 // mg
	kJPerKcal    = 4184    // J, Regulation (EU) 1169/2011 and GB 28050 alike
	maxKcal      = 930     // pure fat has 900
)

// readNutrition reads energy and nutrients per 100 g or ml.
func (p *rowParser) readNutrition() {
	n := &Nutrition{Basis: p.nutritionBasis()}
	n.KJ, n.Kcal = p.readEnergy()
	stated := n.KJ != nil || n.Kcal != nil
	for _, nutrient := range []struct {
		field Field
		to    **int64
	}{
		{FieldFat, &n.Fat}, {FieldSaturated, &n.Saturated}, {FieldCarbohydrate, &n.Carbohydrate}, {FieldSugars, &n.Sugars},
		{FieldFibre, &n.Fibre}, {FieldProtein, &n.Protein}, {FieldSalt, &n.Salt},
	} {
		*nutrient.to = p.readNutrient(nutrient.field)
		stated = stated || *nutrient.to != nil
	}
	if !stated {
		return
	}
	p.row.Facts.Nutrition = n
	p.checkNutrients(n)
	p.checkEnergy(n)
}

// nutritionBasis takes the unit of "per 100 …" from the headings, or else from what the
// net content is measured in.
func (p *rowParser) nutritionBasis() Unit {
	for _, f := range []Field{FieldEnergy, FieldKJ, FieldKcal, FieldFat, FieldCarbohydrate, FieldProtein, FieldSalt} {
		if basis := p.columns[f].basis; basis == Gram || basis == Millilitre {
			return basis
		}
	}
	switch p.row.Net.Unit {
	case Millilitre, Centilitre, Litre:
		return Millilitre
	}
	return Gram
}

var milligramsIn = scale{Milligram: 0, Gram: 3}

// readNutrient reads grams into milligrams. Per 100 g, a per cent is a gram. Traces and
// "less than" are nothing.
func (p *rowParser) readNutrient(f Field) *int64 {
	c, ok := p.cell(f)
	if !ok {
		return nil
	}
	text := lower(c.text)
	if c.kind == textCell && (isTrace(text) || p.isLessThan(f, text)) {
		return new(int64)
	}
	n, rest, ok := cutNumber(c.text)
	rest = strings.TrimSpace(rest)
	switch {
	case c.kind == dateCell:
		p.find(pavilion.Blocks, "cell.date", f, pavilion.Args{"value": short(c.text)})
		return nil
	case !ok:
		p.find(pavilion.Blocks, "cell.not_number", f, pavilion.Args{"value": short(c.text)})
		return nil
	case c.kind == percentCell:
		n = n.times10(2) // stored as a share of one
	case rest == "" || rest == "%":
	default:
		unit, ok := p.unit(f, rest, milligramsIn)
		if !ok {
			return nil
		}
		n = n.times10(milligramsIn[unit] - 3)
	}
	if units := p.columns[f].units; rest == "" && len(units) == 1 && units[0] == Milligram {
		n = n.times10(-3)
	}
	amount, ok := n.shown().times10(3).round()
	if !ok || amount < 0 || amount > hundredGrams {
		p.find(pavilion.Blocks, "nutrition.impossible", f, pavilion.Args{"value": short(c.text)})
		return nil
	}
	return &amount
}

func isTrace(text string) bool {
	switch strings.TrimRight(text, ".") {
	case "следы", "следы.", "сляды", "traces", "trace", "微量", "痕量", "отсутствует", "отсутствуют", "нет":
		return true
	}
	return false
}

// isLessThan tells "<0,5" and "менее 0,5 г".
func (p *rowParser) isLessThan(f Field, text string) bool {
	for _, words := range []string{"<", "≤", "менее", "не более", "меней", "менш", "less than", "under", "小于", "低于", "少于"} {
		if after, ok := strings.CutPrefix(text, words); ok {
			n, _, ok := cutNumber(strings.TrimSpace(after))
			if most, fits := n.times10(3).round(); ok && fits && most <= 1000 {
				p.find(pavilion.Informs, "nutrition.less_than", f, pavilion.Args{"value": short(text)})
				return true
			}
		}
	}
	return false
}

// readEnergy reads kJ and kcal out of the columns that have one of them, or both in one:
// "2300 кДж / 550 ккал".
func (p *rowParser) readEnergy() (kJ, kcal *int64) {
	for _, f := range []Field{FieldEnergy, FieldKJ, FieldKcal} {
		c, ok := p.cell(f)
		if !ok {
			continue
		}
		values, ok := p.energies(f, c)
		if !ok {
			continue
		}
		if v, ok := values[unitKJ]; ok {
			kJ = &v
		}
		if v, ok := values[unitKcal]; ok {
			kcal = &v
		}
	}
	return kJ, kcal
}

// energies reads the numbers of a cell with their units, or with those of the heading, in
// its order.
func (p *rowParser) energies(f Field, c cell) (map[Unit]int64, bool) {
	units := p.columns[f].units
	switch f {
	case FieldKJ:
		units = []Unit{unitKJ}
	case FieldKcal:
		units = []Unit{unitKcal}
	}
	values := map[Unit]int64{}
	rest := c.text
	for i := 0; rest != "" && i < 2; i++ {
		n, after, ok := cutNumber(rest)
		if !ok || c.kind == dateCell || c.kind == percentCell {
			p.find(pavilion.Blocks, "cell.not_number", f, pavilion.Args{"value": short(c.text)})
			return nil, false
		}
		after = strings.TrimLeft(after, " ")
		word := firstWord(after)
		unit, known := readUnit(word)
		switch {
		case known && (unit == unitKJ || unit == unitKcal):
			after = after[len(word):]
		case word == "" && i < len(units):
			unit = units[i]
		default:
			p.find(pavilion.Blocks, "energy.unit_missing", f, pavilion.Args{"value": short(c.text)})
			return nil, false
		}
		value, ok := n.shown().round()
		if most := int64(maxKcal); !ok || value < 0 || unit == unitKcal && value > most || value > most*kJPerKcal/1000 {
			p.find(pavilion.Blocks, "nutrition.impossible", f, pavilion.Args{"value": short(c.text)})
			return nil, false
		}
		values[unit] = value
		rest = strings.TrimLeft(after, " .,;/()|")
	}
	return values, len(values) > 0
}

// checkNutrients compares what cannot be more than something else.
func (p *rowParser) checkNutrients(n *Nutrition) {
	const rounding = 1_000 // labels round each value
	if n.Saturated != nil && n.Fat != nil && *n.Saturated > *n.Fat {
		p.find(pavilion.Blocks, "nutrition.part_above_whole", FieldSaturated, pavilion.Args{"part_mg": *n.Saturated, "whole_mg": *n.Fat, "whole": string(FieldFat)})
	}
	if n.Sugars != nil && n.Carbohydrate != nil && *n.Sugars > *n.Carbohydrate {
		p.find(pavilion.Blocks, "nutrition.part_above_whole", FieldSugars, pavilion.Args{"part_mg": *n.Sugars, "whole_mg": *n.Carbohydrate, "whole": string(FieldCarbohydrate)})
	}
	sum := value(n.Fat) + value(n.Carbohydrate) + value(n.Fibre) + value(n.Protein) + value(n.Salt)
	if n.Basis == Gram && sum > hundredGrams+rounding {
		p.find(pavilion.Blocks, "nutrition.above_100", FieldFat, pavilion.Args{"sum_mg": sum})
	}
}

// checkEnergy compares the energy with its other unit and with the nutrients; a difference
// is worth a look, no more: alcohol and polyols count too.
func (p *rowParser) checkEnergy(n *Nutrition) {
	if n.KJ != nil && n.Kcal != nil {
		fromKcal := *n.Kcal * kJPerKcal / 1000
		if differ(*n.KJ, fromKcal, 5, 20) {
			p.find(pavilion.Warns, "nutrition.energy_units", p.energyField(), pavilion.Args{"kj": *n.KJ, "kcal": *n.Kcal, "expected_kj": fromKcal})
			return
		}
	}
	if n.Kcal == nil || n.Fat == nil || n.Carbohydrate == nil || n.Protein == nil {
		return
	}
	computed := (9**n.Fat + 4**n.Carbohydrate + 4**n.Protein + 2*value(n.Fibre)) / 1000
	if differ(*n.Kcal, computed, 20, 30) {
		p.find(pavilion.Warns, "nutrition.energy_sum", p.energyField(), pavilion.Args{"kcal": *n.Kcal, "computed": computed})
	}
}

// energyField is the column that findings about energy stand at.
func (p *rowParser) energyField() Field {
	for _, f := range []Field{FieldKcal, FieldKJ} {
		if _, ok := p.columns[f]; ok {
			return f
		}
	}
	return FieldEnergy
}

// differ tells whether a and b lie apart by more than so many per cent and more than least.
func differ(a, b, percent, least int64) bool {
	apart := max(a, b) - min(a, b)
	return apart > least && apart*100 > max(a, b)*percent
}

func value(v *int64) int64 {
	if v == nil {
		return 0
	}
	return *v
}
