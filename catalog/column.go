package catalog

import (
	"fmt"
	"time"

	"pavilion"
	"pavilion/db"
)

// text scans a column that holds a pavilion.Text.
type text struct{ to *pavilion.Text }

func (c text) Scan(stored any) error {
	s, ok := stored.(string)
	if !ok {
		return fmt.Errorf("a text is stored as %T", stored)
	}
	t, err := pavilion.ParseText(s)
	*c.to = t
	return err
}

// facts scans a column that holds Facts.
type facts struct{ to *Facts }

func (c facts) Scan(stored any) error {
	s, ok := stored.(string)
	if !ok {
		return fmt.Errorf("facts are stored as %T", stored)
	}
	f, err := ParseFacts(s)
	*c.to = f
	return err
}

// moment scans a column that holds microseconds.
type moment struct{ to *time.Time }

func (c moment) Scan(stored any) error {
	us, ok := stored.(int64)
	if !ok {
		return fmt.Errorf("a moment is stored as %T", stored)
	}
	*c.to = db.Time(us)
	return nil
}
