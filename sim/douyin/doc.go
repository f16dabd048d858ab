// Package douyin simulates the Douyin shop platform (抖店): a real HTTP server with its own
// memory, shoppers, audits and pushes, and every bad habit a platform can have. It is
// written from the public documents alone and shares nothing with our connector, so that a
// mistake of one cannot hide in the other. Nobody real buys: shoppers, telephones and
// addresses are marked as simulated. Start with [New], then read method.go.
//
// The handler answers calls (POST /order/searchList?app_key=…), the page on which a merchant
// lets an app in (/authorize), pictures, bills, and, with a control key, the control page
// /sim/ and its API /sim/api/ (see control.md). A [Simulator] is also an http.RoundTripper:
// a simulation needs no sockets and no goroutine. What happens by itself (audits, orders that
// time out, rushes) happens at its own time, seen from the clock, before the next thing is
// done; pushes leave when [Simulator.Deliver] is called or while [Simulator.Run] runs.
//
// What the documents leave open is a setting of [Rules] with this default:
//
//   - a signature over the raw parameters is accepted (RawSign); only sorted, unescaped ones
//     are with Strict;
//   - no quota is published: 200 calls a second of each app, shop and method, the one figure
//     known of a single method (Limit, Limits); 5000 decryptions of a shop and day, ours
//     (DecryptQuota);
//   - a second refresh within a second of a new pair is concurrent (RefreshBusy);
//   - a product that never passed an audit is offline (NewStatus); an audit takes ten seconds
//     and refuses names with 违禁, both ours (AuditTakes, Banned); pictures must be from the
//     material centre (AnyPicture);
//   - the stock_num of an edit replaces the stock of known SKUs (EditKeepsSold);
//   - a window of order.searchList leaves its ends out, as that of product.listV2 does
//     (EndsIncluded);
//   - units of orders that end unshipped are sellable again (CancelledReturn);
//   - orders of biz 21 are shipped by a service provider (ProviderShips);
//   - the types of afterSale.operate that no document lists follow the pattern of those that
//     are known (Operations); the merchant has 48 hours, then the platform agrees (DecideIn);
//   - pushes come in batches of 50, are tried four times, after 5, 10 and 20 seconds
//     (PushBatch, PushTries, PushPause);
//   - a finished order is settled after a day with a fee of 2 %, ours (SettleAfter,
//     FeePerMille).
//
// Beyond that: a method nobody knows answers 70000; gateway faults come in the order of
// admit and allow; the codes of carriers but those of the samples, the tree of categories,
// brands and reasons of refusal are made up. The documents name no method by which a
// merchant agrees to another address, so that [Simulator.AnswerAddress] is the back office;
// bundle_sku_info has the names that shipping uses, and order_phase_list those of the
// documents' sample. Every order has a tag {"key":"simulated"} in shop_order_tag_ui.
package douyin
