package pdf

// Rect is a rectangle in millimetres from the upper left corner.
type Rect struct{ X, Y, Width, Height float64 }

// Bar fills a rectangle with black.
func (d *Document) Bar(r Rect) {
	d.f.SetFillColor(0, 0, 0)
	d.f.Rect(r.X, r.Y, r.Width, r.Height, "F")
}

// Rule draws a line of a thickness in millimetres.
func (d *Document) Rule(x1, y1, x2, y2, thickness float64) {
	d.f.SetLineWidth(thickness)
	d.f.Line(x1, y1, x2, y2)
}

// cutMark is how long the marks are that say where to cut, and how far from the corner.
const cutMark, cutGap = 4.0, 1.0

// Trim tells a printing house where the page is cut and how far what is printed reaches over
// the cut: it sets the page's boxes and draws marks outside the bleed. The rectangle lies in
// the middle of the page.
func (d *Document) Trim(r Rect, bleed float64) {
	d.f.SetPageBox("trim", r.X, r.Y, r.Width, r.Height)
	d.f.SetPageBox("bleed", r.X-bleed, r.Y-bleed, r.Width+2*bleed, r.Height+2*bleed)
	d.CutMarks(r, bleed+cutGap)
}

// CutMarks draws lines at the corners of a rectangle, from a distance outwards.
func (d *Document) CutMarks(r Rect, distance float64) {
	for _, x := range []float64{r.X, r.X + r.Width} {
		d.Rule(x, r.Y-distance-cutMark, x, r.Y-distance, 0.1)
		d.Rule(x, r.Y+r.Height+distance, x, r.Y+r.Height+distance+cutMark, 0.1)
	}
	for _, y := range []float64{r.Y, r.Y + r.Height} {
		d.Rule(r.X-distance-cutMark, y, r.X-distance, y, 0.1)
		d.Rule(r.X+r.Width+distance, y, r.X+r.Width+distance+cutMark, y, 0.1)
	}
}
