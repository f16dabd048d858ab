// Package douyin is the translator to the shop platform of Douyin (抖店): it knows that wire
// format and nothing else. It touches no table, keeps nothing between calls and logs nothing.
// [Connector] is what the engine sees; [Client.Shop] speaks the platform's own words for one
// shop that gave its consent.
//
// # What an error says
//
// The kinds are those of [channel.Connector]. A refusal has the platform's own words in its
// values "word" and "message". Unauthenticated douyin.token is cured by [Client.Refresh],
// douyin.consent only by the merchant; Forbidden, by a person on the platform's side. No text
// of an error holds a token, the secret or what a buyer would call their own.
//
// # What the platform's documents leave open
//
// Each is a field of [Facts] with this default:
//
//	PushSign       md5; one source alone says hmac-sha256
//	OnShelf        product.launchProduct; the others are product.editV2 and product.setOnline
//	Operations     the numbers of afterSale.operate: 101 and 111 for a return, 201 and 202 for
//	               a refund, 301 and 311 for an exchange. Those to refuse a return or an
//	               exchange stand in no document at hand: they are unset, and refusing is an
//	               error until they are looked up in the merchant's back office. 201 and 202
//	               are documented for goods that were sent, and taken for others too
//	VirtualPhone   not sent, so that the platform's own default holds
//	PerSecond      10 calls to one shop: no quota was ever published
//	Overlap, Lag   5 minutes and 1 minute: how late an order shows is written nowhere
//	SPIRefused     100001, the answer to a call of the platform with a wrong signature; an
//	               older client answers 10001
//
// A picture best goes up by its public address (Options.PictureAt): how the platform takes the
// bytes themselves is written down in one line, without their form. A listing is described by
// pictures alone, so that the words of a description are not sent. Its units stay as they are
// once it has passed the audit: with them the platform would take a stock number that orders
// not read yet have changed.
//
// Not found in any document, and therefore absent here: a call by which a merchant answers a
// buyer's wish for another address (pushes 105 and 111 tell of it; the order shows the
// result), one by which a merchant cancels an order before shipment (the buyer does, or a
// refund before shipment is agreed to), a push for stock that changed (ask [Shop.Stock]), and
// the state of customs clearance.
package douyin
