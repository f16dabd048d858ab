package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/schollz/progressbar/v3"

	"pavilion"
	"pavilion/db"
)

type backupCommand struct {
	store `embed:""`

	File    string `arg:"" help:"File to write; - for standard output." placeholder:"FILE"`
	Replace bool   `help:"Replace the file if there is one."`
}

// Run writes the backup beside its final name and gives it that name when it is whole.
func (b backupCommand) Run(ctx context.Context, c *terminal) (err error) {
	if err := b.mayWrite(); err != nil {
		return err
	}
	d, err := b.read(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	bar := progress(c.err, "rows")
	defer func() { _ = bar.Finish() }()
	if b.File == "-" {
		return db.Backup(ctx, d, c.out, counted(bar))
	}
	f, err := os.CreateTemp(filepath.Dir(b.File), ".backup-*")
	if err != nil {
		return pavilion.E(pavilion.Unavailable, "file.unwritable", pavilion.Args{"path": b.File}).Because(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := db.Backup(ctx, d, w, counted(bar)); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(w.Flush(), f.Sync(), f.Close()); err != nil {
		return pavilion.E(pavilion.Unavailable, "file.unwritable", pavilion.Args{"path": b.File}).Because(err)
	}
	if err := b.mayWrite(); err != nil { // somebody took the name meanwhile
		return err
	}
	return os.Rename(f.Name(), b.File)
}

// mayWrite refuses to write over a file, which may be the only backup there is.
func (b backupCommand) mayWrite() error {
	if _, err := os.Lstat(b.File); err == nil && !b.Replace {
		return pavilion.E(pavilion.Conflict, "file.exists", pavilion.Args{"path": b.File})
	}
	return nil
}

type restoreCommand struct {
	store `embed:""`

	File string `arg:"" help:"Backup to read; - for standard input." placeholder:"FILE"`
}

// Run reads a backup into an empty database; the key file is put in its place by hand.
func (r restoreCommand) Run(ctx context.Context, c *terminal) error {
	var in io.Reader = os.Stdin
	if r.File != "-" {
		f, err := os.Open(r.File)
		if err != nil {
			return pavilion.E(pavilion.Invalid, "file.unreadable", pavilion.Args{"path": r.File}).Because(err)
		}
		defer f.Close()
		in = f
	}
	d, err := db.Open(ctx, db.Options{URL: r.url()})
	if err != nil {
		return err
	}
	defer d.Close()
	bar := progress(c.err, "rows")
	defer func() { _ = bar.Finish() }()
	if err := db.Restore(ctx, d, bufio.NewReaderSize(in, 1<<20), counted(bar)); err != nil {
		return err
	}
	if _, err := os.Stat(r.key()); err != nil {
		c.printf("restored; now put the key file of the installation at %s, or personal data stays sealed\n", r.key())
	}
	return nil
}

// counted shows how many rows went through.
func counted(bar *progressbar.ProgressBar) db.Progress {
	return func(done, total int64) {
		bar.ChangeMax64(total)
		_ = bar.Set64(done)
	}
}
