'use strict'
// The same fields and indexes as the floor's tables; ids are WatermelonDB's own text ids.

const text = 'string'
const number = 'number'
const system = { created_at: number, created_by: text, updated_at: number, updated_by: text, rv: number }

const fields = {
  product: {
    ...system, sku: text, barcode: text, name: text, name_local: text, category: text, base_unit: text,
    pack_quantity: number, cost: number, tax_code_id: text, active: number
  },
  partner: {
    ...system, code: text, name: text, name_local: text, channel_type_id: text, tier_id: text, parent_id: text,
    territory_id: text, stage: text, currency: text, credit_limit: number, payment_days: number, phone: text,
    email: text, address: text, city: text, postal_code: text, country: text, latitude: number,
    longitude: number, tax_number: text, delivery_note: text, joined_on: text, custom: text
  },
  contact: {
    ...system, partner_id: text, name: text, job_title: text, phone: text, email: text, main: number,
    consent: number, note: text
  },
  sales_order: {
    ...system, number: text, provisional_number: text, partner_id: text, salesperson_id: text, source: text,
    order_kind: text, status: text, order_date: text, placed_at: number, received_at: number,
    requested_on: text, currency: text, net: number, tax: number, total: number, reference: text, note: text
  },
  order_line: {
    ...system, order_id: text, partner_id: text, line_number: number, product_id: text, quantity: number,
    list_price: number, unit_price: number, tax_rate: number,
    discount: number, net: number, tax: number, origin_line_id: text, return_reason: text, condition: text,
    disposition: text, cost: number
  }
}

const indexed = {
  product: ['barcode', 'category', 'sku'],
  partner: ['code', 'name', 'territory_id'],
  contact: ['partner_id'],
  sales_order: ['number', 'order_date', 'partner_id', 'provisional_number', 'status'],
  order_line: ['order_id', 'partner_id']
}

module.exports = { fields, indexed }
