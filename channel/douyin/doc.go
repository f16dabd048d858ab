// Package douyin is the translator to the shop platform of Douyin (抖店): it knows that wire
// format and nothing else. It touches no table, keeps nothing between calls and logs nothing.
// Start with [New]; [Client.Shop] speaks for one shop that gave its consent.
//
// # What an error says
//
// The kinds of errors are those of the root package. Unavailable means that what was asked
// may have been done: look before repeating a write, or repeat it with the same idempotency
// key where the platform takes one. Limited means that nothing was done and the same call may
// be made again later. Invalid, Conflict and NotFound mean that the platform refused, with its
// own words in the values "word" and "message"; Unauthenticated that the token has ended and
// [Client.Refresh] is due, or, with the reason douyin.consent, that only the merchant's
// consent helps; Forbidden that a person must change something on the platform's side. No text
// of an error holds a token, the secret or what a buyer would call their own.
//
// # What the platform's documents leave open
//
// Each is a field of [Settings] with this default:
//
//	Timeout        12 s, that of the platform's own client
//	PushSign       md5; one source alone says hmac-sha256
//	OnShelf        product.launchProduct; the others are product.editV2 and product.setOnline
//	Operations     the numbers of afterSale.operate: 101 and 111 for a return, 201 and 202 for
//	               a refund, 301 and 311 for an exchange. Those to refuse a return or an
//	               exchange stand in no document at hand: they are unset, and refusing is an
//	               error until they are looked up in the merchant's back office
//	VirtualPhone   not sent, so that the platform's own default holds
//	SPIRefused     100001, the answer to a call of the platform with a wrong signature; an
//	               older client answers 10001
//
// Not found in any document, and therefore absent here: a call by which a merchant answers a
// buyer's wish for another address (pushes 105 and 111 tell of it; the order shows the
// result), one by which a merchant cancels an order before shipment (the buyer does, or a
// refund before shipment is agreed to), a push for stock that changed (ask [Shop.Stock]), and
// the state of customs clearance.
package douyin
