package staff

import (
	"slices"
	"strings"
)

// Scope is one thing a token may do: a noun and a verb. A scope never contains another one,
// so that a token holds what its machine needs and nothing else.
type Scope string

const (
	ReadCatalog    Scope = "catalog:read"    // products with all their facts, producers, prices, what is left
	WriteCatalog   Scope = "catalog:write"   // facts, texts and pictures of products
	ImportCatalog  Scope = "catalog:import"  // workbooks of producers
	WritePrices    Scope = "prices:write"    // prices, and what is on sale
	ReadStock      Scope = "stock:read"      // lots, balances, movements
	WriteStock     Scope = "stock:write"     // receive and transfer
	CorrectStock   Scope = "stock:correct"   // adjust, hold, release, write off
	ReadOrders     Scope = "orders:read"     // the orders the token placed itself
	PlaceOrders    Scope = "orders:place"    // place orders and start their payment
	ListOrders     Scope = "orders:list"     // everybody's orders, recipients masked
	WorkOrders     Scope = "orders:handle"   // cancel, write notes
	RepayOrders    Scope = "orders:refund"   // give money back
	ReadRecipients Scope = "recipients:read" // names, phones and addresses; each look is in the trail
	ReadParcels    Scope = "parcels:read"    // parcels with their waybills
	WriteParcels   Scope = "parcels:write"   // pack, name carrier and waybill, ship
)

// Scopes are all there are, in the order in which they are offered.
var Scopes = []Scope{
	ReadCatalog, WriteCatalog, ImportCatalog, WritePrices, ReadStock, WriteStock, CorrectStock,
	ReadOrders, PlaceOrders, ListOrders, WorkOrders, RepayOrders, ReadRecipients, ReadParcels, WriteParcels,
}

func (s Scope) known() bool { return slices.Contains(Scopes, s) }

// Key is the key of the words that tell people what the scope opens.
func (s Scope) Key() string { return "scope." + strings.ReplaceAll(string(s), ":", ".") }
