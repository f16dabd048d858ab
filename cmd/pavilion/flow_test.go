package main

import (
	"testing"

	"pavilion"
	"pavilion/web/console"
	"pavilion/web/ui"
)

// TestEveryJobHasWords: people read what a job does, and what happens when they decide about
// it; a schedule never asks them.
func TestEveryJobHasWords(t *testing.T) {
	t.Parallel()
	for kind, every := range reactions(nil).Kinds() {
		words := []string{".name", ".retry", ".give_up"}
		if every > 0 {
			words = words[:1]
		}
		for _, word := range words {
			key := console.KindKey(kind) + word
			for _, lang := range pavilion.Langs {
				if ui.PrinterFor(lang).T(key) == key {
					t.Errorf("there is no message %s in %s", key, lang)
				}
			}
		}
	}
}
