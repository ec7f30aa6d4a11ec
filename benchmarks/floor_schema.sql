-- What the floor of the sync benchmarks writes into: the tables and indexes of the laptop for the rows of
-- benchmarks/network.py, in plain sqlite3. Changing it changes what every ratio means, and takes a decision page
-- (docs/decisions/0017-the-floor-has-a-committed-schema.md). A test compares it with the laptop's own tables.

CREATE TABLE product (
    id BLOB NOT NULL,
    created_at BIGINT,
    created_by BLOB,
    updated_at BIGINT,
    updated_by BLOB,
    sku TEXT NOT NULL,
    barcode TEXT,
    name TEXT NOT NULL,
    name_local TEXT,
    category TEXT,
    base_unit TEXT DEFAULT 'pc' NOT NULL,
    pack_quantity BIGINT DEFAULT 1000 NOT NULL,
    cost BIGINT,
    tax_code_id BLOB,
    active SMALLINT DEFAULT 1 NOT NULL,
    rv BIGINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_product_barcode ON product (barcode);
CREATE INDEX ix_product_category ON product (category);
CREATE INDEX ix_product_sku ON product (sku);

CREATE TABLE partner (
    id BLOB NOT NULL,
    created_at BIGINT,
    created_by BLOB,
    updated_at BIGINT,
    updated_by BLOB,
    code TEXT,
    name TEXT NOT NULL,
    name_local TEXT,
    channel_type_id BLOB,
    tier_id BLOB,
    parent_id BLOB,
    territory_id BLOB NOT NULL,
    stage TEXT DEFAULT 'active' NOT NULL,
    currency TEXT NOT NULL,
    credit_limit BIGINT,
    payment_days BIGINT,
    phone TEXT,
    email TEXT,
    address TEXT,
    city TEXT,
    postal_code TEXT,
    country TEXT,
    latitude BIGINT,
    longitude BIGINT,
    tax_number TEXT,
    delivery_note TEXT,
    joined_on VARCHAR(10),
    custom TEXT DEFAULT '{}' NOT NULL,
    rv BIGINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_partner_code ON partner (code);
CREATE INDEX ix_partner_name ON partner (name);
CREATE INDEX ix_partner_territory_id ON partner (territory_id);

CREATE TABLE contact (
    id BLOB NOT NULL,
    created_at BIGINT,
    created_by BLOB,
    updated_at BIGINT,
    updated_by BLOB,
    partner_id BLOB NOT NULL,
    name TEXT NOT NULL,
    job_title TEXT,
    phone TEXT,
    email TEXT,
    main SMALLINT DEFAULT 0 NOT NULL,
    consent SMALLINT DEFAULT 0 NOT NULL,
    note TEXT,
    rv BIGINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_contact_partner_id ON contact (partner_id);

CREATE TABLE sales_order (
    id BLOB NOT NULL,
    created_at BIGINT,
    created_by BLOB,
    updated_at BIGINT,
    updated_by BLOB,
    number TEXT,
    provisional_number TEXT,
    partner_id BLOB NOT NULL,
    salesperson_id BLOB,
    source TEXT DEFAULT 'field' NOT NULL,
    order_kind TEXT DEFAULT 'order' NOT NULL,
    status TEXT DEFAULT 'placed' NOT NULL,
    order_date VARCHAR(10) NOT NULL,
    placed_at BIGINT,
    received_at BIGINT,
    requested_on VARCHAR(10),
    currency TEXT NOT NULL,
    net BIGINT DEFAULT 0 NOT NULL,
    tax BIGINT DEFAULT 0 NOT NULL,
    total BIGINT DEFAULT 0 NOT NULL,
    reference TEXT,
    note TEXT,
    accepted_at BIGINT,
    sent_at BIGINT,
    shipped_at BIGINT,
    closed_at BIGINT,
    expected_on VARCHAR(10),
    split_from_id BLOB,
    rv BIGINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_sales_order_closed_at ON sales_order (closed_at);
CREATE INDEX ix_sales_order_expected_on ON sales_order (expected_on);
CREATE INDEX ix_sales_order_number ON sales_order (number);
CREATE INDEX ix_sales_order_order_date ON sales_order (order_date);
CREATE INDEX ix_sales_order_partner_id_order_date ON sales_order (partner_id, order_date);
CREATE INDEX ix_sales_order_provisional_number ON sales_order (provisional_number);
CREATE INDEX ix_sales_order_status ON sales_order (status);

CREATE TABLE order_line (
    id BLOB NOT NULL,
    created_at BIGINT,
    created_by BLOB,
    updated_at BIGINT,
    updated_by BLOB,
    order_id BLOB NOT NULL,
    partner_id BLOB NOT NULL,
    line_number BIGINT NOT NULL,
    product_id BLOB NOT NULL,
    quantity BIGINT NOT NULL,
    list_price BIGINT,
    unit_price BIGINT NOT NULL,
    tax_rate BIGINT DEFAULT 0 NOT NULL,
    discount BIGINT DEFAULT 0 NOT NULL,
    net BIGINT NOT NULL,
    tax BIGINT DEFAULT 0 NOT NULL,
    origin_line_id BLOB,
    return_reason TEXT,
    condition TEXT,
    disposition TEXT,
    cost BIGINT,
    rv BIGINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_order_line_order_id ON order_line (order_id);
CREATE INDEX ix_order_line_partner_id_product_id ON order_line (partner_id, product_id);
