package main

import (
	"io/fs"
	"os"

	"pavilion"
	"pavilion/tailoring/rule"
	"pavilion/tailoring/rules"
)

type rulesCommand struct {
	Files string `help:"Folder with packs, to try what is being written. Default: those built in." type:"existingdir" placeholder:"FOLDER"`

	List rulesListCommand `cmd:"" help:"List the rules of a market with their sources."`
	Test rulesTestCommand `cmd:"" help:"Run the examples that stand beside the rules."`
}

// files are the packs a command works on.
func (r rulesCommand) files() fs.FS {
	if r.Files != "" {
		return os.DirFS(r.Files)
	}
	return rules.Files
}

type rulesListCommand struct {
	Market string `arg:"" help:"Key of the market, such as cn."`
}

func (l rulesListCommand) Run(c *terminal, all *commands) error {
	p, err := rule.Load(all.Rules.files(), l.Market)
	if err != nil {
		return err
	}
	for _, r := range p.Rules {
		from, until := string(r.From), string(r.Until)
		if from == "" {
			from = "…"
		}
		if until == "" {
			until = "…"
		}
		c.printf("%-34s %-8s %-9s %-10s %-10s %s\n    %s\n", r.ID, r.Severity, r.Verified, from, until, r.Title.Best(c.say.lang), r.Written().Best(c.say.lang))
	}
	return nil
}

type rulesTestCommand struct {
	Market string `arg:"" optional:"" help:"Key of the market. Default: every market there is."`
}

func (t rulesTestCommand) Run(c *terminal, all *commands) error {
	markets := []string{t.Market}
	if t.Market == "" {
		var err error
		if markets, err = rules.Markets(all.Rules.files()); err != nil {
			return err
		}
	}
	bad := 0
	for _, market := range markets {
		p, err := rule.Load(all.Rules.files(), market)
		if err != nil {
			return err
		}
		ran, wrong := p.Test()
		for _, err := range wrong {
			c.printf("%v\n", err)
		}
		bad += len(wrong)
		c.printf("%s: rules %d, examples %d, wrong %d\n", market, len(p.Rules), ran, len(wrong))
	}
	if bad > 0 {
		return pavilion.E(pavilion.Invalid, "rules.examples_wrong", pavilion.Args{"count": int64(bad)})
	}
	return nil
}
