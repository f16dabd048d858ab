package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"pavilion"
	"pavilion/catalog"
)

// illustrated says of a picture that it shows none of the goods.
var illustrated = pavilion.Text{
	pavilion.Chinese: "演示插图，非商品照片", pavilion.English: "Illustration of the demonstration, not the goods",
	pavilion.Russian: "Иллюстрация для демонстрации, не сам товар", pavilion.Belarusian: "Ілюстрацыя для дэманстрацыі, не сам тавар",
}

// illustration is a box on a table, and the words that it is an illustration.
func illustration() (catalog.Image, error) {
	const side, scale = 800, 4
	drawn := image.NewRGBA(image.Rect(0, 0, side, side))
	fill := func(r image.Rectangle, c color.RGBA) {
		draw.Draw(drawn, r, image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(drawn.Bounds(), color.RGBA{0xF6, 0xF1, 0xE7, 0xFF})
	fill(image.Rect(0, 600, side, side), color.RGBA{0xE6, 0xDC, 0xC8, 0xFF})
	fill(image.Rect(250, 200, 550, 640), color.RGBA{0x7A, 0x4A, 0x2B, 0xFF})
	fill(image.Rect(250, 300, 550, 420), color.RGBA{0xC9, 0xA2, 0x7E, 0xFF})
	const words = "DEMO ILLUSTRATION"
	label := image.NewRGBA(image.Rect(0, 0, len(words)*basicfont.Face7x13.Advance, basicfont.Face7x13.Height))
	(&font.Drawer{Dst: label, Src: image.NewUniform(color.RGBA{0x3B, 0x2A, 0x1E, 0xFF}), Face: basicfont.Face7x13, Dot: fixed.P(0, basicfont.Face7x13.Ascent)}).DrawString(words)
	at := image.Pt((side-label.Bounds().Dx()*scale)/2, 690)
	xdraw.NearestNeighbor.Scale(drawn, image.Rectangle{Min: at, Max: at.Add(label.Bounds().Size().Mul(scale))}, label, label.Bounds(), xdraw.Over, nil)
	var file bytes.Buffer
	if err := jpeg.Encode(&file, drawn, nil); err != nil {
		return catalog.Image{}, err
	}
	return catalog.ReadImage(file.Bytes())
}
