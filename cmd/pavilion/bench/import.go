package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/xuri/excelize/v2"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
)

// Import takes a workbook of that many rows in, in a process of its own, and has excelize
// read the same file in another.
func Import(ctx context.Context, e Env, rows int) (_ []Measure, err error) {
	p, err := e.newPlace(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.remove(ctx)) }()
	file, ours, err := e.takeIn(ctx, p, rows)
	if err != nil {
		return nil, err
	}
	limit, err := e.run(ctx, "bench", "read", file)
	if err != nil {
		return nil, err
	}
	return []Measure{
		Measure{Name: "import", Value: float64(rows) / ours.took.Seconds(), Unit: "rows/s"}.against(float64(rows) / limit.took.Seconds()),
		{Name: "import_peak_memory", Value: float64(ours.peak) / (1 << 20), Unit: "MiB", Limit: float64(limit.peak) / (1 << 20)},
	}, nil
}

// takeIn imports a workbook of that many rows into an empty place, in a process of its own.
func (e Env) takeIn(ctx context.Context, p place, rows int) (file string, ours *child, err error) {
	d, err := p.open(ctx)
	if err != nil {
		return "", nil, err
	}
	var producer pavilion.ProducerID
	err = d.Write(ctx, actor, func(tx *db.Tx) error {
		producer, err = catalog.SaveProducer(ctx, tx, catalog.Producer{Country: "BY", TaxNumber: "799900010", LegalName: pavilion.Text{pavilion.English: "Bench"}, Prefixes: []string{"4819"}})
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		return "", nil, err
	}
	file = filepath.Join(p.folder, "products.xlsx")
	e.note("writing a workbook of %d rows", rows)
	if err := writeWorkbook(file, rows); err != nil {
		return "", nil, err
	}
	ours, err = e.run(ctx, "import", "products", "--data", p.folder, "--db", p.db, "--key", p.key(), "--producer", string(producer), file)
	if err != nil {
		return "", nil, err
	}
	return file, ours, imported(ctx, p, rows)
}

// peakEvery is how often the peak of a running process is read; it only grows.
const peakEvery = 10 * time.Millisecond

// run runs the binary to its end.
func (e Env) run(ctx context.Context, args ...string) (*child, error) {
	c, err := e.exec(ctx, args)
	if err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	watched := make(chan struct{})
	go func() { // the kernel's own figure counts from before exec, so it holds our memory too
		defer close(watched)
		for {
			select {
			case <-ended:
				return
			case <-time.After(peakEvery):
				if n, err := memory(c.cmd.Process.Pid, "VmHWM:"); err == nil {
					c.peak = max(c.peak, n)
				}
			}
		}
	}()
	err = c.cmd.Wait()
	close(ended)
	<-watched
	c.took = time.Since(c.began)
	if err != nil {
		return nil, fmt.Errorf("%v: %w: %.2000s", args, err, c.output.String())
	}
	return c, nil
}

const countSKUs = `select count(*) from sku`

func imported(ctx context.Context, p place, rows int) (err error) {
	d, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Read(ctx, func(v *db.View) error {
		var n int
		if err := v.QueryRow(ctx, countSKUs).Scan(&n); err != nil {
			return err
		}
		if n != rows {
			return errDrop("%d of %d rows were imported", n, rows)
		}
		return nil
	})
}

// writeWorkbook makes a workbook as a producer with many goods would. The numbers are of
// Belarus, because the reader passes over those GS1 keeps for examples.
func writeWorkbook(file string, rows int) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	if err := w.SetRow("A1", []any{"Штрихкод", "Наименование", "Наименование (англ.)", "Наименование (кит.)", "Торговая марка", "Масса нетто", "Срок годности, суток", "Состав", "Белки, г/100 г", "Жиры, г/100 г", "Углеводы, г/100 г"}); err != nil {
		return err
	}
	for i := range rows {
		digits := fmt.Sprintf("4819%08d", i)
		row := []any{digits + string(catalog.CheckDigit(digits)), fmt.Sprintf("Шоколад молочный № %d", i), fmt.Sprintf("Milk chocolate no. %d", i), fmt.Sprintf("牛奶巧克力 %d 号", i),
			fmt.Sprintf("Марка %d", i%20), "90 г", "365", "сахар, какао-масло, молоко сухое цельное, какао тёртое (31 %), лецитин соевый", "7,5", "31,2", "55,1"}
		if err := w.SetRow(fmt.Sprintf("A%d", i+2), row); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.SaveAs(file)
}

// Read reads every cell of a workbook with excelize and does nothing with it.
func Read(file string) (cells int, err error) {
	if _, err := os.Stat(file); err != nil {
		return 0, err
	}
	f, err := excelize.OpenFile(file)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		columns, err := rows.Columns()
		if err != nil {
			return cells, err
		}
		cells += len(columns)
	}
	return cells, rows.Close()
}
