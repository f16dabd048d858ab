package console

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/tailoring"
	"pavilion/web/ui"
)

// pictureChoice is a picture of the product on the form of a variant, with the place at which
// the market shows it.
type pictureChoice struct {
	Src    string
	Size   string
	Number int // 0 is not shown
	Places []ui.Option
}

// picturesField chooses and orders the pictures of a product. Its value is a place and an
// identifier for each picture, such as "1:pic_a 2:pic_b 0:pic_c"; 0 is not shown.
func picturesField(p *ui.Printer, all []catalog.Picture) contentField {
	in := editInput{Field: ui.Field{Label: p.T("tailoring.field.pictures"), Hint: p.T("tailoring.hint.pictures")}}
	return contentField{editField: editField[tailoring.Content]{
		string(tailoring.FieldPictures), func(c tailoring.Content) string { return placesOf(c, all) },
		func(c *tailoring.Content, said string) error { return choosePictures(c, all, said) }, in,
	}, facts: []string{"pictures"}}
}

// placesOf writes which pictures a content shows at which places.
func placesOf(c tailoring.Content, all []catalog.Picture) string {
	chosen := c.Chosen(all)
	var out []string
	for i, pic := range chosen {
		out = append(out, strconv.Itoa(i+1)+":"+string(pic.ID))
	}
	for _, pic := range all {
		if !slices.ContainsFunc(chosen, func(c catalog.Picture) bool { return c.ID == pic.ID }) {
			out = append(out, "0:"+string(pic.ID))
		}
	}
	return strings.Join(out, " ")
}

// choosePictures reads what placesOf wrote, or a person changed. A picture that was given
// another's place stands there, and those between move up or down. All pictures in the
// product's order are not noted, so that new ones are shown too. Errors: Invalid
// form.malformed and variant.picture_missing.
func choosePictures(c *tailoring.Content, all []catalog.Picture, said string) error {
	type wish struct {
		id  pavilion.PictureID
		key int
	}
	before, wishes := c.Chosen(all), []wish{}
	for _, one := range strings.Fields(said) {
		number, id, _ := strings.Cut(one, ":")
		place, err := strconv.Atoi(number)
		is := func(pic catalog.Picture) bool { return string(pic.ID) == id }
		if err != nil || place < 0 || place > len(all) || !slices.ContainsFunc(all, is) {
			return pavilion.E(pavilion.Invalid, "form.malformed", nil).At(string(tailoring.FieldPictures))
		}
		if place == 0 {
			continue
		}
		was := slices.IndexFunc(before, is) + 1
		if was == 0 {
			was = len(all) + 1 // it comes from behind
		}
		wishes = append(wishes, wish{pavilion.PictureID(id), 2*place + cmp.Compare(place, was)})
	}
	if len(wishes) == 0 && said != "" {
		return pavilion.E(pavilion.Invalid, "variant.picture_missing", nil).At(string(tailoring.FieldPictures))
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return a.key - b.key })
	c.Pictures = nil
	for _, w := range wishes {
		c.Pictures = append(c.Pictures, w.id)
	}
	if slices.EqualFunc(all, c.Pictures, func(pic catalog.Picture, id pavilion.PictureID) bool { return pic.ID == id }) {
		c.Pictures = nil
	}
	return nil
}

// pictures draws the value of the field.
func (d *variantPage) pictures(p *ui.Printer, value string) (out []pictureChoice) {
	for _, one := range strings.Fields(value) {
		number, id, _ := strings.Cut(one, ":")
		at := slices.IndexFunc(d.page.Pictures, func(pic catalog.Picture) bool { return string(pic.ID) == id })
		if at < 0 {
			continue
		}
		pic := d.page.Pictures[at]
		choice := pictureChoice{Src: pictureURL(pic.ID, 320), Size: p.Number(pic.Width) + " × " + p.Number(pic.Height)}
		choice.Number, _ = strconv.Atoi(number)
		for n := range len(d.page.Pictures) + 1 {
			label := p.T("tailoring.picture.place", "number", n)
			switch n {
			case 0:
				label = p.T("tailoring.picture.hidden")
			case 1:
				label = p.T("tailoring.picture.main")
			}
			choice.Places = append(choice.Places, ui.Option{Value: strconv.Itoa(n) + ":" + id, Label: label, Selected: n == choice.Number})
		}
		out = append(out, choice)
	}
	return out
}

// shown says which pictures a value shows, by their numbers among the product's.
func (d *variantPage) shown(p *ui.Printer, value string) string {
	var said []string
	for _, one := range strings.Fields(value) {
		number, id, _ := strings.Cut(one, ":")
		at := slices.IndexFunc(d.page.Pictures, func(pic catalog.Picture) bool { return string(pic.ID) == id })
		if number != "0" && at >= 0 {
			said = append(said, p.T("tailoring.picture.number", "number", at+1))
		}
	}
	return strings.Join(said, ", ")
}
