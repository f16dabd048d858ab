package douyin

// methods are what the platform can be asked, by their names. The case of the letters
// matters.
var methods = map[string]method{
	"token.create":  {open: true, do: createToken},
	"token.refresh": {open: true, do: refreshToken},

	"shop.getShopCategory":         {do: listCategories},
	"shop.brandList":               {do: listShopBrands},
	"brand.list":                   {do: listBrands},
	"product.getCatePropertyV2":    {do: listProperties},
	"product.getProductUpdateRule": {do: updateRule},
	"product.qualificationConfig":  {do: qualificationConfig},
	"freightTemplate.list":         {do: listFreightTemplates},

	"open.binaryupload":             {do: uploadBytes},
	"material.uploadImageSync":      {do: uploadImage},
	"material.batchUploadImageSync": {do: uploadImages},
	"material.queryMaterialDetail":  {do: tellMaterial},

	"product.addV2":           {do: add},
	"product.editV2":          {do: edit},
	"product.addCbProduct":    {do: add},
	"product.editCbProduct":   {do: edit},
	"product.editCbProductV2": {do: edit},
	"product.partialEdit":     {do: partialEdit},
	"product.detail":          {do: tellProduct},
	"product.listV2":          {do: listProducts},
	"product.auditList":       {do: listAudits},
	"product.setOffline":      {do: shelve(false)},
	"product.setOnline":       {do: shelve(true)},
	"product.launchProduct":   {do: shelve(true)},
	"product.del":             {do: deleteProduct},

	"sku.list":                        {do: listSKUs},
	"sku.editPrice":                   {do: editPrice},
	"sku.syncStock":                   {do: syncStock},
	"sku.syncStockBatch":              {do: syncBatch},
	"sku.syncStockBatchMultiProducts": {do: syncProducts},
	"sku.stockNum":                    {do: stockNum},

	"order.searchList":                {do: searchOrders},
	"order.orderDetail":               {do: orderDetail},
	"order.addOrderRemark":            {do: addRemark},
	"order.logisticsCompanyList":      {do: listCompanies},
	"order.logisticsAdd":              {do: shipWhole},
	"order.logisticsAddSinglePack":    {do: shipSingle},
	"order.logisticsAddMultiPack":     {do: shipMulti},
	"order.logisticsEditByPack":       {do: editPack},
	"order.getCrossBorderFulfillInfo": {do: tellFulfilment},
	"order.batchDecrypt":              {do: decrypt},
	"order.batchSensitive":            {do: sensitive},
	"order.batchEncrypt":              {do: encrypt},

	"afterSale.List":                 {do: listCases},
	"afterSale.Detail":               {do: caseDetail},
	"afterSale.operate":              {do: operate},
	"afterSale.rejectReasonCodeList": {do: listRejectReasons},

	"order.getSettleBillDetailV3":    {do: listBills},
	"order.downloadSettleItemToShop": {do: askFile},
	"order.downloadToShop":           {do: getFile},
}
