package main

import (
	"log/slog"
	"testing"
	"time"

	"pavilion"
	"pavilion/web/console"
	"pavilion/web/ui"
)

// TestEveryJobHasWords: people read what a job does, and what happens when they decide about
// it; a schedule never asks them.
func TestEveryJobHasWords(t *testing.T) {
	t.Parallel()
	a, err := build(t.Context(), Config{
		store: store{Data: t.TempDir()}, Listen: "127.0.0.1:0", Nation: "by", Market: "cn", DeliveryFee: "0", FreeDeliveryFrom: "0", PayWithin: time.Minute,
	}, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	for kind, every := range reactions(a.shop, a.engine, a.markets, nil).Kinds() {
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
