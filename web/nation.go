package web

import (
	"embed"
	"encoding/json"

	"pavilion"
)

//go:embed nation/*.json
var nations embed.FS

// nation is whose pavilion it is. It is data: a file of the folder nation.
type nation struct {
	Name  pavilion.Text `json:"name"`  // of the pavilion
	About pavilion.Text `json:"about"` // one sentence for the foot of every page
}

// loadNation reads a nation by its country code, such as "by". Error: NotFound
// nation.unknown.
func loadNation(key string) (nation, error) {
	text, err := nations.ReadFile("nation/" + key + ".json")
	if err != nil {
		return nation{}, pavilion.E(pavilion.NotFound, "nation.unknown", pavilion.Args{"key": key})
	}
	var n nation
	return n, json.Unmarshal(text, &n)
}
