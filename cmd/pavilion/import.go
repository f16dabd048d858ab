package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/web/ui"
)

type importCommand struct {
	Products importProductsCommand `cmd:"" help:"Import a producer's products."`
}

type importProductsCommand struct {
	store `embed:""`

	File     string              `arg:"" help:"The producer's workbook (.xlsx)." type:"path"`
	Producer pavilion.ProducerID `help:"Whose products they are. Default: the producer whose UNP the workbook states." placeholder:"ID"`
	DryRun   bool                `help:"Show what would change and write nothing."`
	OnlyGood bool                `help:"Take the good rows; otherwise one bad row stops all of them."`
	Marked   string              `help:"Where to write the producer's workbook with its bad cells marked. Default: beside the file." type:"path" placeholder:"FILE"`
	For      pavilion.Lang       `help:"Language of the marks. Default: that of the workbook's headings." placeholder:"LANG"`
}

// Run imports the workbook, prints what changed, and writes the marked workbook when there
// is something to mend.
func (i importProductsCommand) Run(ctx context.Context, c *terminal) error {
	f, err := os.Open(i.File)
	if err != nil {
		return pavilion.E(pavilion.Invalid, "file.unreadable", pavilion.Args{"path": i.File}).Because(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	in, err := i.open(ctx, nil)
	if err != nil {
		return err
	}
	defer in.db.Close()
	bar := progress(c.err, ui.PrinterFor(c.say.lang).T("imports.tally.rows"))
	report, err := catalog.Import(ctx, in.db, pavilion.System("cli"), f, info.Size(), catalog.ImportOptions{
		Producer: i.Producer, DryRun: i.DryRun, OnlyGood: i.OnlyGood, From: filepath.Base(i.File),
		Progress: func(_ catalog.Step, rows int) { _ = bar.Set(rows) },
	})
	_ = bar.Finish()
	if err != nil && len(report.Findings)+len(report.Info.Findings) == 0 {
		return err
	}
	i.print(c, report)
	if len(report.Findings) > 0 {
		if marked := i.mark(ctx, c, f, info.Size(), report); marked != nil {
			return errors.Join(err, marked)
		}
	}
	if err == nil && report.Bad > 0 && !i.OnlyGood && !i.DryRun {
		return pavilion.E(pavilion.Invalid, "import.bad_rows", pavilion.Args{"count": report.Bad})
	}
	return err
}

// print says what changed and what was found, in the language of the terminal and with the
// headings of the sheet.
func (i importProductsCommand) print(c *terminal, r catalog.Report) {
	p := ui.PrinterFor(c.say.lang)
	for _, ch := range r.Changes {
		if ch.New {
			c.printf("%5d  %s  + %s\n", ch.Row, ch.GTIN, p.Text(ch.Name))
			continue
		}
		c.printf("%5d  %s  %s\n", ch.Row, ch.GTIN, p.Text(ch.Name))
		for _, f := range ch.Fields {
			c.printf("       %s: %q → %q\n", cmp.Or(r.Info.Heading(f.Field, p.Lang), string(f.Field)), f.Before, f.After)
		}
	}
	for _, f := range slices.Concat(r.Info.Findings, r.Findings) {
		c.printf("%5s  %s", catalog.CellName(f.Place.Column, f.Place.Row), p.T("imports.severity."+string(f.Severity)))
		if heading := cmp.Or(r.Info.Headings[f.Place.Column], r.Info.Heading(catalog.Field(f.Field), p.Lang)); heading != "" {
			c.printf(" (%s)", heading)
		}
		c.printf(": %s\n", p.Finding(f))
	}
	if r.More > 0 {
		c.printf("       %s\n", p.T("imports.more_found", "count", r.More))
	}
	c.printf("%s\n", p.T("imports.counts", "rows", r.Rows, "new", r.New, "changed", r.Changed, "same", r.Same, "bad", r.Bad))
}

// mark writes the workbook back for the producer.
func (i importProductsCommand) mark(ctx context.Context, c *terminal, f *os.File, size int64, r catalog.Report) error {
	name := i.Marked
	if name == "" {
		name = strings.TrimSuffix(i.File, filepath.Ext(i.File)) + ".marked.xlsx"
	}
	lang := i.For
	if lang == "" {
		lang = r.Info.Lang
	}
	out, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return pavilion.E(pavilion.Unavailable, "file.unwritable", pavilion.Args{"path": name}).Because(err)
	}
	say := func(f pavilion.Finding) string { return ui.SayFinding(lang, f) }
	if err := catalog.MarkSheet(ctx, f, size, slices.Values(r.Findings), say, out); err != nil {
		return errors.Join(err, out.Close())
	}
	c.printf("%s\n", name)
	return out.Close()
}

type templateCommand struct {
	Products templateProductsCommand `cmd:"" help:"Write an empty product workbook."`
}

type templateProductsCommand struct {
	File string        `arg:"" help:"File to write (.xlsx)." type:"path"`
	For  pavilion.Lang `help:"Language of its headings: ru, be, en or zh." default:"ru"`
}

func (t templateProductsCommand) Run() error {
	out, err := os.OpenFile(t.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return pavilion.E(pavilion.Unavailable, "file.unwritable", pavilion.Args{"path": t.File}).Because(err)
	}
	return errors.Join(catalog.Template(out, t.For), out.Close())
}
