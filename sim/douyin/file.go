package douyin

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"

	"pavilion"
)

// file is where the state is written: one line for each change, before it counts. The file
// is written anew, without history, when it is opened.
type file struct {
	f    *os.File // nil keeps everything in memory
	size int64    // up to the end of the last whole line
}

func openFile(path string, w *world) (*file, error) {
	if path == "" {
		return &file{}, nil
	}
	if err := load(path, w); err != nil {
		return nil, err
	}
	f, err := rewrite(path, w)
	if err != nil {
		return nil, pavilion.E(pavilion.Unavailable, "sim.state_unreadable", pavilion.Args{"path": path}).Because(err)
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, errors.Join(pavilion.E(pavilion.Unavailable, "sim.state_unreadable", pavilion.Args{"path": path}).Because(err), f.Close())
	}
	return &file{f, size}, nil
}

// load reads the state. A last line without an end was being written when the program was
// killed: nobody was told of it, and it is left out.
func load(path string, w *world) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return pavilion.E(pavilion.Unavailable, "sim.state_unreadable", pavilion.Args{"path": path}).Because(err)
	}
	defer f.Close()
	tables := map[string]table{}
	for _, each := range w.tables {
		tables[each.name()] = each
	}
	lines := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return pavilion.E(pavilion.Unavailable, "sim.state_unreadable", pavilion.Args{"path": path}).Because(err)
		}
		if err := learnLine(line, tables); err != nil {
			return pavilion.E(pavilion.Unavailable, "sim.state_malformed", pavilion.Args{"path": path, "line": n}).Because(err)
		}
	}
}

func learnLine(line []byte, tables map[string]table) error {
	var changes []record
	if err := json.Unmarshal(line, &changes); err != nil {
		return err
	}
	for _, c := range changes {
		known := tables[c.Sort]
		if known == nil {
			return errors.New("unknown sort of row: " + c.Sort)
		}
		if err := known.learn(c); err != nil {
			return err
		}
	}
	return nil
}

func rewrite(path string, w *world) (*os.File, error) {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	buffer := bufio.NewWriter(f)
	to := json.NewEncoder(buffer)
	var errs []error
	for _, each := range w.tables {
		errs = append(errs, each.dump(func(r record) error { return to.Encode([]record{r}) }))
	}
	errs = append(errs, buffer.Flush(), f.Sync(), os.Rename(path+".new", path))
	if err := errors.Join(errs...); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// write appends a change. A line that could not be written whole is taken back.
func (f *file) write(changes []record) error {
	if f.f == nil || len(changes) == 0 {
		return nil
	}
	line, err := json.Marshal(changes)
	if err != nil {
		return err
	}
	n, err := f.f.WriteAt(append(line, '\n'), f.size)
	if err != nil {
		return errors.Join(err, f.f.Truncate(f.size))
	}
	f.size += int64(n)
	return nil
}

func (f *file) close() error {
	if f.f == nil {
		return nil
	}
	if err := f.f.Close(); !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return nil
}
