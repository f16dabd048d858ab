package channel

import (
	"context"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

const countDecrypted = `insert into channel_decrypt (shop_id, day, fields) values ($1, $2, $3)
	on conflict (shop_id, day) do update set fields = channel_decrypt.fields + excluded.fields
	where channel_decrypt.fields + excluded.fields <= $4`

const selectDecrypted = `select fields from channel_decrypt where shop_id = $1 and day = $2`

// Decrypted is how many fields of a shop's orders were decrypted today, by the platform's day.
func (e *Engine) Decrypted(ctx context.Context, r db.Reader, shop Shop) (int64, error) {
	c, err := e.connector(shop.Channel)
	if err != nil {
		return 0, err
	}
	n, _, err := db.One(ctx, r, func(row db.Scanner) (n int64, err error) { return n, row.Scan(&n) }, selectDecrypted,
		string(shop.ID), string(pavilion.DateOf(e.d.Now(), c.Traits().Zone)))
	return n, err
}

// Decrypt has the platform tell who an order goes to: by field, name, phone and so on. It is
// counted, because platforms bound it, and who asked stands in the trail before anybody reads
// it; nothing of it is kept. The caller has looked at the actor's right. Errors: NotFound
// channel.order_unknown; Conflict channel.nothing_encrypted; Limited channel.decrypted_enough
// when the shop's fields of the day are used up, before anything is asked.
func (e *Engine) Decrypt(ctx context.Context, actor pavilion.Actor, id pavilion.OrderID) (map[string]string, error) {
	var k KeptOrder
	var shop Shop
	if err := e.d.Read(ctx, func(v *db.View) (err error) {
		if k, err = OrderBehind(ctx, v, id); err != nil {
			return err
		}
		shop, err = ShopOf(ctx, v, k.Shop)
		return err
	}); err != nil {
		return nil, err
	}
	o, err := e.told(k)
	if err != nil {
		return nil, err
	}
	if len(o.Ciphers) == 0 {
		return nil, pavilion.E(pavilion.Conflict, "channel.nothing_encrypted", nil)
	}
	c, err := e.connector(shop.Channel)
	if err != nil {
		return nil, err
	}
	if err := e.d.Write(ctx, actor, func(tx *db.Tx) error {
		day, fields := pavilion.DateOf(tx.Now(), c.Traits().Zone), int64(len(o.Ciphers))
		n, err := tx.Exec(ctx, countDecrypted, string(shop.ID), string(day), fields, e.o.DecryptMost)
		if err != nil {
			return err
		}
		if n == 0 || fields > e.o.DecryptMost {
			return pavilion.E(pavilion.Limited, "channel.decrypted_enough", pavilion.Args{"shop": shop.Name, "most": e.o.DecryptMost})
		}
		return staff.Note(ctx, tx, "order.decrypt", string(id), map[string]any{"fields": len(o.Ciphers)})
	}); err != nil {
		return nil, err
	}
	var texts []string
	if err := e.call(ctx, shop.ID, Act{Kind: "order.decrypt", About: k.Number, Private: true}, func(ctx context.Context, c Connector, a Access) (err error) {
		texts, err = c.Decrypt(ctx, a, k.Number, o.Ciphers)
		return err
	}); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for i, f := range o.Ciphers {
		if i < len(texts) && texts[i] != "" {
			out[f.Field] = texts[i]
		}
	}
	return out, nil
}
