package main

import (
	"database/sql"
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// TestScripts runs the command line as an operator does; see testdata/script. Beside the
// usual commands there are
//
//	exits CODE PROGRAM ARG…   which runs a program and wants an exit code,
//	sql FILE STATEMENT        which changes a database behind the program's back,
//	workbook FILE ROW…        which writes a producer's workbook; a row is cells with | between them,
//	keep NAME [BEGINNING]     which keeps the last line of the output that begins so, without its
//	                          beginning, as a variable.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("LANG", "en_GB.UTF-8")
			e.Setenv("PAVILION_DATA", filepath.Join(e.WorkDir, "data"))
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits, "sql": runSQL, "workbook": writeWorkbook, "keep": keep,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		failed, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("run %s: %v", args[1], err)
		}
		got = failed.ExitCode()
	}
	if got != want {
		ts.Fatalf("got exit code %d, want %d", got, want)
	}
}

func runSQL(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sql FILE STATEMENT")
	}
	d, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = d.Exec(args[1])
	ts.Check(errors.Join(err, d.Close()))
}

func writeWorkbook(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: workbook FILE ROW…")
	}
	f := excelize.NewFile()
	for r, row := range args[1:] {
		for c, text := range strings.Split(row, "|") {
			cell, err := excelize.CoordinatesToCellName(c+1, r+1)
			ts.Check(err)
			if text != "" {
				ts.Check(f.SetCellValue("Sheet1", cell, text))
			}
		}
	}
	ts.Check(errors.Join(f.SaveAs(ts.MkAbs(args[0])), f.Close()))
}

func keep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: keep NAME [BEGINNING]")
	}
	kept := ""
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), strings.Join(args[1:], "")); ok {
			kept = rest
		}
	}
	ts.Setenv(args[0], kept)
}
