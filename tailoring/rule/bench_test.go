package rule_test

import (
	"testing"

	"pavilion/tailoring/rule"
	"pavilion/tailoring/rules"
)

// BenchmarkJudge judges the whole products of every pack against it.
func BenchmarkJudge(b *testing.B) {
	p, err := rule.Load(rules.Files, "cn")
	if err != nil {
		b.Fatal(err)
	}
	for _, base := range []string{"chocolate", "cheese", "cream", "detergent"} {
		f, _, err := p.Example(base, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(base, func(b *testing.B) {
			b.ReportAllocs()
			judged := 0
			for b.Loop() {
				judged = p.Judge(f, "2026-11-23").Judged
			}
			b.ReportMetric(float64(judged), "rules")
		})
	}
}
