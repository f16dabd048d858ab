package rule_test

import (
	"testing"

	"pavilion/tailoring/rule"
	"pavilion/tailoring/rules"
)

func TestEveryPackPassesItsOwnExamples(t *testing.T) {
	t.Parallel()
	markets, err := rules.Markets(rules.Files)
	if err != nil || len(markets) == 0 {
		t.Fatal(markets, err)
	}
	for _, market := range markets {
		t.Run(market, func(t *testing.T) {
			t.Parallel()
			p, err := rule.Load(rules.Files, market)
			if err != nil {
				t.Fatal(err)
			}
			ran, wrong := p.Test()
			for _, err := range wrong {
				t.Error(err)
			}
			t.Logf("%d rules, %d examples", len(p.Rules), ran)
		})
	}
}
