package tailoring

import "strings"

// WriteBlocks writes a description as people edit it: a block a paragraph, its heading on a
// line of its own behind "# ".
func WriteBlocks(blocks []Block) string {
	var out []string
	for _, b := range blocks {
		text := b.Text
		if b.Heading != "" {
			text = strings.TrimSuffix("# "+b.Heading+"\n"+b.Text, "\n")
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n\n")
}

// ReadBlocks reads what WriteBlocks wrote, or a person: an empty line, or a heading, begins a
// new block.
func ReadBlocks(text string) (out []Block) {
	var b Block
	end := func() {
		if b.Text = strings.TrimSpace(b.Text); b != (Block{}) {
			out = append(out, b)
		}
		b = Block{}
	}
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		line = strings.TrimSpace(line)
		heading, is := strings.CutPrefix(line, "# ")
		switch {
		case line == "" || line == "#":
			end()
		case is:
			end()
			b.Heading = strings.TrimSpace(heading)
		default:
			b.Text += line + "\n"
		}
	}
	end()
	return out
}
