package simkit

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"

	"pavilion"
)

// Journal is the file in which a simulator writes its changes down, a line each, before they
// count. Whoever holds it writes one change at a time.
type Journal struct {
	f    *os.File // nil keeps nothing
	size int64    // up to the end of the last whole line
}

// OpenJournal has learn called with every line of a file, as far as there is one, and then
// writes the file anew, without history, from what all hands to write. With path "" nothing is
// kept. It returns Unavailable: sim.state_unreadable and sim.state_malformed.
func OpenJournal(path string, learn func(line []byte) error, all func(write func(any) error) error) (*Journal, error) {
	if path == "" {
		return &Journal{}, nil
	}
	if err := load(path, learn); err != nil {
		return nil, err
	}
	f, size, err := rewrite(path, all)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return &Journal{f, size}, nil
}

func unreadable(path string, err error) error {
	return pavilion.E(pavilion.Unavailable, "sim.state_unreadable", pavilion.Args{"path": path}).Because(err)
}

// load reads a journal. A last line without an end was being written when the program was
// killed: nobody was told of it, and it is left out.
func load(path string, learn func(line []byte) error) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return unreadable(path, err)
	}
	defer f.Close()
	lines := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(path, err)
		}
		if err := learn(line); err != nil {
			return pavilion.E(pavilion.Unavailable, "sim.state_malformed", pavilion.Args{"path": path, "line": n}).Because(err)
		}
	}
}

func rewrite(path string, all func(write func(any) error) error) (*os.File, int64, error) {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, 0, err
	}
	w := bufio.NewWriter(f)
	err = errors.Join(all(json.NewEncoder(w).Encode), w.Flush(), f.Sync(), os.Rename(path+".new", path))
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, size, nil
}

// Write appends changes, all or none: lines that could not be written whole are taken back.
func (j *Journal) Write(changes ...any) error {
	if j.f == nil {
		return nil
	}
	var lines []byte
	for _, c := range changes {
		line, err := json.Marshal(c)
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
	}
	n, err := j.f.WriteAt(lines, j.size)
	if err != nil {
		return errors.Join(err, j.f.Truncate(j.size))
	}
	j.size += int64(n)
	return nil
}

// Close closes the file; nothing can be kept in it any more.
func (j *Journal) Close() error {
	if j.f == nil {
		return nil
	}
	if err := j.f.Close(); !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return nil
}
