package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/job"
	"pavilion/money"
	"pavilion/staff"
)

const (
	bulkGoods  = 600 // of which the first few are on sale already
	bulkOnSale = 7
)

// TestBulkActOutlivesKill puts all products of a producer on sale at once and kills the
// pavilion in the middle, and again while that is undone. Started again it goes on where it
// was: everything is done once, and the undo leaves alone what the act did not change.
func TestBulkActOutlivesKill(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		w := newBulkWorld(t, url)
		p := w.serve(t)
		v := (&running{base: "http://" + w.addr}).visitor(t)
		v.post("/console/sign-in", "login", "seller", "password", staffPassword).is(http.StatusSeeOther)

		sure := v.post("/console/products/bulk", "act", catalog.ActPutOnSale, "all", "1", "query", w.filter).is(http.StatusOK)
		started := v.send(sure, "/console/products/bulk").is(http.StatusSeeOther)
		p = w.killWithin(t, p, started)
		w.ends(t, started)
		if on, noted := w.count(t); on != bulkGoods || noted != bulkGoods-bulkOnSale {
			t.Errorf("put on sale: got %d products on sale and %d entries in the trail, want %d and %d", on, noted, bulkGoods, bulkGoods-bulkOnSale)
		}

		undone := v.post(started.header.Get("Location") + "/undo").is(http.StatusSeeOther)
		w.killWithin(t, p, undone)
		w.ends(t, undone)
		if on, noted := w.count(t); on != bulkOnSale || noted != 2*(bulkGoods-bulkOnSale) {
			t.Errorf("undone: got %d products on sale and %d entries in the trail, want %d and %d", on, noted, bulkOnSale, 2*(bulkGoods-bulkOnSale))
		}
	})
}

// bulkWorld is an installation with many products of one producer, and a member that sells.
type bulkWorld struct {
	*crashWorld
	producer pavilion.ProducerID
	seller   staff.Member
	filter   string // of the list of products
}

func newBulkWorld(t *testing.T, at string) *bulkWorld {
	t.Helper()
	w := &bulkWorld{crashWorld: newCrashWorld(t, at)}
	in, err := store{Data: w.folder, DB: w.url}.open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = in.db.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return w.fill(t.Context(), tx) })
	if err == nil {
		w.seller, err = join(t.Context(), in.db, staff.Offer{Roles: []staff.Role{staff.Channels}}, "Seller", "seller", staffPassword)
	}
	if err := errors.Join(err, in.db.Close()); err != nil {
		t.Fatal(err)
	}
	w.filter = url.Values{"producer": {string(w.producer)}}.Encode()
	return w
}

func (w *bulkWorld) fill(ctx context.Context, tx *db.Tx) (err error) {
	if w.producer, err = catalog.SaveProducer(ctx, tx, catalog.Producer{Country: "BY", TaxNumber: "799900490", LegalName: pavilion.Text{"en": "Many"}, Prefixes: []string{"9520001"}}); err != nil {
		return err
	}
	for i := range bulkGoods {
		product, err := catalog.SaveProduct(ctx, tx, catalog.Product{Producer: w.producer, Name: pavilion.Text{"en": fmt.Sprintf("Thing %d", i)}, Origin: "BY"})
		if err != nil {
			return err
		}
		sku, err := catalog.SaveSKU(ctx, tx, catalog.SKU{Product: product, GTIN: checked(fmt.Sprintf("9520001%05d", i)), Net: catalog.Measure{Milli: 90_000, Unit: catalog.Gram}})
		if err != nil {
			return err
		}
		if err := catalog.SetPrice(ctx, tx, sku, own.Name, money.New(1990, "CNY")); err != nil {
			return err
		}
		if i < bulkOnSale {
			if err := catalog.SetOnSale(ctx, tx, true, sku); err != nil {
				return err
			}
		}
	}
	return nil
}

// checked appends its check digit to the twelve digits of a GTIN-13.
func checked(digits string) catalog.GTIN {
	sum := 0
	for i, d := range digits {
		sum += int(d-'0') * (1 + i%2*2)
	}
	return catalog.GTIN(fmt.Sprintf("%s%d", digits, (10-sum%10)%10))
}

// look opens the database beside the pavilion, to read.
func (w *bulkWorld) look(t *testing.T) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: w.url, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// batch is the batch to whose page an answer leads.
func (w *bulkWorld) batch(t *testing.T, d *db.DB, a *answer) (b job.Batch) {
	t.Helper()
	_, id, _ := strings.Cut(a.header.Get("Location"), "/console/batches/")
	if err := d.Read(t.Context(), func(v *db.View) (err error) {
		b, err = job.GetBatch(t.Context(), v, pavilion.BatchID(id))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return b
}

// killWithin kills the pavilion when it has done some of a batch and not all, and starts it
// again when the minute has passed after which the work of one that is silent is another's.
func (w *bulkWorld) killWithin(t *testing.T, p program, a *answer) program {
	t.Helper()
	d := w.look(t)
	defer d.Close()
	for deadline := time.Now().Add(time.Minute); w.batch(t, d, a).Done == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the batch does not begin")
		}
	}
	p.kill()
	if b := w.batch(t, d, a); b.State != job.BatchRunning || b.Done >= bulkGoods {
		t.Fatalf("got the batch %s with %d of %d done: killed too late to show anything", b.State, b.Done, bulkGoods)
	}
	in, err := store{Data: w.folder, DB: w.url}.open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = in.db.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `update job set lease_until = 1 where state = 'running'`)
		return err
	})
	if err := errors.Join(err, in.db.Close()); err != nil {
		t.Fatal(err)
	}
	return w.serve(t)
}

// ends waits until a batch is done, and fails if any of it failed.
func (w *bulkWorld) ends(t *testing.T, a *answer) {
	t.Helper()
	d := w.look(t)
	defer d.Close()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		switch b := w.batch(t, d, a); {
		case b.State == job.BatchDone && b.Failed == 0:
			return
		case b.State != job.BatchRunning || time.Now().After(deadline):
			t.Fatalf("got the batch %s with %d done and %d failed", b.State, b.Done, b.Failed)
		}
	}
}

// count counts the products on sale, and how often the trail says that the seller changed one.
func (w *bulkWorld) count(t *testing.T) (onSale, noted int64) {
	t.Helper()
	d := w.look(t)
	defer d.Close()
	err := d.Read(t.Context(), func(v *db.View) (err error) {
		if onSale, err = catalog.CountProducts(t.Context(), v, catalog.ProductFilter{Producer: w.producer, OnSale: new(true)}, 10*bulkGoods); err != nil {
			return err
		}
		by := pavilion.Actor{Kind: pavilion.ByStaff, ID: string(w.seller.ID)}
		noted, err = staff.CountTrail(t.Context(), v, staff.TrailFilter{Actor: by.String(), Act: "product.sold"}, 10*bulkGoods)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return onSale, noted
}
