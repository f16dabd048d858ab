package catalog

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// bigHeadings are the columns of a big book: what a well-kept producer's sheet has.
var bigHeadings = []string{
	"Штрихкод", "Артикул", "Торговая марка", "Категория", "Наименование", "Наименование (кит.)", "Наименование (англ.)", "Описание",
	"Масса нетто", "Масса брутто, г", "Длина, мм", "Ширина, мм", "Высота, мм", "Штук в коробе", "Срок годности", "Условия хранения",
	"Страна происхождения", "Состав", "Состав (кит.)", "Аллергены", "Может содержать", "Ккал", "кДж", "Жиры, г/100 г", "Насыщенные жиры", "Углеводы", "Сахара", "Белки", "Соль", "Примечание",
}

// bigRow is one row of a big book, different in every row where real ones are.
func bigRow(i int) []any {
	stem := fmt.Sprintf("4810%08d", i)
	return []any{
		num(stem + string(CheckDigit(stem))), fmt.Sprintf("А-%06d", i), "Спартак", "Шоколад",
		fmt.Sprintf("Шоколад молочный с лесным орехом № %d", i), fmt.Sprintf("榛子牛奶巧克力%d号", i), fmt.Sprintf("Milk chocolate with hazelnut No %d", i),
		fmt.Sprintf("Молочный шоколад с цельным лесным орехом по рецепту фабрики, партия %d. Упаковка: фольга и бумага.", i),
		"90 г", num("105"), num("160"), num("80"), num("9"), num("24"), "12 мес", "Хранить при температуре от +15 до +21 °С и относительной влажности не более 75 %",
		"Республика Беларусь", "сахар, какао-масло, молоко сухое цельное, какао тёртое, орех лесной обжаренный 15,5 %, эмульгатор (лецитин соевый), ароматизатор натуральный",
		"白砂糖、可可脂、全脂奶粉、可可液块、烤榛子15.5%、乳化剂（大豆卵磷脂）、天然香料", "молоко, соя, орехи", "арахис, глютен",
		num("560"), num("2343"), num("35.6"), num("18.199999999999999"), num("52"), num("50.5"), num("7.8"), num("0.21"), nil,
	}
}

// writeBigBook writes a workbook of so many rows as a stream.
func writeBigBook(tb testing.TB, rows int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), strconv.Itoa(rows)+".xlsx")
	file, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	archive := zip.NewWriter(file)
	b := newTestBook()
	part, err := archive.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriter(part)
	fmt.Fprint(w, xmlHead+`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	header := make([]any, len(bigHeadings))
	for i, h := range bigHeadings {
		header[i] = h
	}
	b.writeRow(w, 1, header)
	for i := range rows {
		b.writeRow(w, i+2, bigRow(i))
	}
	fmt.Fprint(w, `</sheetData></worksheet>`)
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	for _, p := range b.finish("Товары").parts {
		part, err := archive.Create(p.name)
		if err == nil {
			_, err = part.Write([]byte(p.content))
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := file.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

// readFile reads a workbook from disk and returns its number of rows.
func readFile(tb testing.TB, path string) int {
	tb.Helper()
	file, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		tb.Fatal(err)
	}
	info, err := ReadSheet(context.Background(), file, stat.Size(), func(row ProductRow) error {
		if len(row.Findings) > 0 {
			tb.Fatalf("row %d: got findings %v, want none", row.Number, reasons(row.Findings))
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return info.Rows
}

// peakHeap runs do and returns the most bytes of live and unswept objects there were.
func peakHeap(do func()) uint64 {
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		peak := uint64(0)
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			select {
			case <-stop:
				done <- peak
				return
			case <-tick.C:
			}
		}
	}()
	do()
	close(stop)
	return <-done
}

func BenchmarkReadSheet(b *testing.B) {
	for _, rows := range []int{1_000, 10_000, 100_000} {
		b.Run(strconv.Itoa(rows), func(b *testing.B) {
			path := writeBigBook(b, rows)
			peak, read := uint64(0), 0
			for b.Loop() {
				runtime.GC()
				peak = max(peak, peakHeap(func() { read += readFile(b, path) }))
			}
			b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
		})
	}
}

// BenchmarkExcelizeRows is the limit: excelize reading the cells of the same file, with
// nothing done to them.
func BenchmarkExcelizeRows(b *testing.B) {
	for _, rows := range []int{1_000, 10_000} {
		b.Run(strconv.Itoa(rows), func(b *testing.B) {
			path := writeBigBook(b, rows)
			peak, read := uint64(0), 0
			for b.Loop() {
				runtime.GC()
				peak = max(peak, peakHeap(func() { read += excelizeRows(b, path) }))
			}
			b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
		})
	}
}

func excelizeRows(b *testing.B, path string) int {
	file, err := excelize.OpenFile(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	rows, err := file.Rows(file.GetSheetName(0))
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			b.Fatal(err)
		}
		n++
	}
	return n - 1
}
