package ui

import (
	"fmt"
	"strconv"
	"strings"
)

// Motif is a figure of the woven ornament: a matrix of stitches, row by row. All figures
// are counted out on the grid of the cloth, as a weaver does.
type Motif []string

// The figures. Each is given by the part from its axis outwards and folded over.
var (
	// field is the sown field: a rhombus parted in four with a seed in each part, hooks at
	// its corners.
	field = fold(
		"#....###...###.",
		".#....#...##.##",
		"..#......##...#",
		"...#....##.....",
		"....#..##......",
		"#....###.......",
		"##...##........",
		"#...##.........",
		"...##..........",
		"..##...........",
		".##............",
		"##.............",
		"#..............",
		"##.............",
		".##............",
	)
	// star is the eight-pointed star.
	star = fold(
		"...........",
		"..#####....",
		".#.#####...",
		".##.#####..",
		".###.#####.",
		".####.#####",
		".#####.....",
		"..####.....",
		"...###.....",
		"....##.....",
		".....#.....",
	)
	// tree is the tree of life.
	tree = mirror(
		"#............",
		"##...........",
		".##..........",
		"..##.........",
		"#..##........",
		"##..##.......",
		"#..##........",
		"..##.........",
		".##....#.....",
		"##....#......",
		"#....##......",
		"#...##...#...",
		"#..##...#....",
		"#.##...##....",
		"###...##...#.",
		"##...##...#..",
		"#...##...##..",
		"#..##...##...",
		"#.##...##....",
		"###...##.....",
		"##...##......",
		"#...##.......",
		"#..##........",
		"#.##.........",
		"###..........",
		"##...........",
		"#............",
		"#............",
		"###..........",
		"#####........",
		"#######......",
	)
	// seed is a small rhombus with a stitch in it.
	seed = fold(
		"#.#",
		".#.",
		"#..",
	)
	// chain is one link of the band: a rhombus and half of the cross between two.
	chain = fold(
		"##..#...#",
		"#..#...#.",
		"..#...#..",
		".#.......",
		"#.......#",
	)
)

// mirror folds rows over a vertical axis, which is their first column.
func mirror(half ...string) Motif {
	m := make(Motif, len(half))
	for i, row := range half {
		m[i] = reverse(row[1:]) + row
	}
	return m
}

// fold folds a quarter over both axes, which are its first row and column.
func fold(quarter ...string) Motif {
	lower := mirror(quarter...)
	m := make(Motif, 0, 2*len(lower)-1)
	for i := len(lower) - 1; i > 0; i-- {
		m = append(m, lower[i])
	}
	return append(m, lower...)
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// Size returns the width and height in stitches.
func (m Motif) Size() (w, h int) {
	if len(m) == 0 {
		return 0, 0
	}
	return len(m[0]), len(m)
}

// Path returns the stitches as the data of an SVG path with its corner at x, y and stitches
// of the given size. Neighbours of a row are one rectangle.
func (m Motif) Path(x, y, stitch float64) string {
	var b strings.Builder
	for row, cells := range m {
		for from := 0; from < len(cells); {
			if cells[from] != '#' {
				from++
				continue
			}
			to := from
			for to < len(cells) && cells[to] == '#' {
				to++
			}
			fmt.Fprintf(&b, "M%s %sh%sv%sh-%sz", short(x+float64(from)*stitch), short(y+float64(row)*stitch),
				short(float64(to-from)*stitch), short(stitch), short(float64(to-from)*stitch))
			from = to
		}
	}
	return b.String()
}

// cloth is an empty ground to put figures on.
func cloth(w, h int) Motif {
	m := make(Motif, h)
	for i := range m {
		m[i] = strings.Repeat(".", w)
	}
	return m
}

// put adds a figure with its middle at x, y; stitches outside of the cloth fall away.
func (m Motif) put(f Motif, x, y int) {
	w, h := f.Size()
	for row := range h {
		to := y - h/2 + row
		if to < 0 || to >= len(m) {
			continue
		}
		line := []byte(m[to])
		for col := range w {
			if at := x - w/2 + col; at >= 0 && at < len(line) && f[row][col] == '#' {
				line[at] = '#'
			}
		}
		m[to] = string(line)
	}
}

// tile cuts one period of the chain, so that copies of it make an endless band.
func tile() Motif {
	w, h := chain.Size()
	m := cloth(w-1, h)
	m.put(chain, w/2, h/2)
	m.put(chain, w/2-(w-1), h/2)
	return m
}

// divider is a field between stars, running out into seeds.
func divider() Motif {
	m := cloth(151, 29)
	m.put(field, 75, 14)
	for _, side := range []int{-1, 1} {
		m.put(star, 75+side*28, 14)
		for i, x := range []int{43, 50, 57, 64, 71} {
			m.put(seed, 75+side*x, 14)
			if i%2 == 0 {
				m.put(Motif{"#"}, 75+side*x, 8)
				m.put(Motif{"#"}, 75+side*x, 20)
			}
		}
	}
	return m
}

// drawing returns the figure alone as an SVG file, black if no colour is given.
func (m Motif) drawing(colour string) []byte {
	w, h := m.Size()
	if colour == "" {
		colour = "#000"
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" shape-rendering="crispEdges"><path fill="%s" d="%s"/></svg>`,
		w, h, 4*w, 4*h, colour, m.Path(0, 0, 1))
}

// short writes a coordinate with at most two decimals and no needless zeros.
func short(v float64) string {
	s := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".")
	if s == "" || s == "-0" {
		return "0"
	}
	return s
}
