CREATE SCHEMA payer_rules;
CREATE TABLE payer_rules.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE payer_rules.conflicts (
    member text NOT NULL COLLATE pg_catalog."C",
    claim text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE payer_rules.forgotten_members (
    digest text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE payer_rules.lines (
    member text NOT NULL COLLATE pg_catalog."C",
    day integer NOT NULL,
    claim text NOT NULL COLLATE pg_catalog."C",
    number bigint NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    file integer NOT NULL,
    "position" integer NOT NULL,
    payment integer,
    state smallint NOT NULL,
    last_day integer NOT NULL,
    modifiers text NOT NULL COLLATE pg_catalog."C",
    units text NOT NULL COLLATE pg_catalog."C",
    rendering text COLLATE pg_catalog."C",
    billing text COLLATE pg_catalog."C",
    providers text COLLATE pg_catalog."C",
    status text COLLATE pg_catalog."C",
    charge text COLLATE pg_catalog."C",
    allowed text COLLATE pg_catalog."C",
    paid text COLLATE pg_catalog."C",
    paid_units text COLLATE pg_catalog."C",
    paid_minutes bigint,
    minutes bigint,
    payer_claim text COLLATE pg_catalog."C",
    place_of_service text COLLATE pg_catalog."C",
    revenue_code text COLLATE pg_catalog."C",
    diagnoses text COLLATE pg_catalog."C",
    setting text COLLATE pg_catalog."C",
    more text COLLATE pg_catalog."C"
);
CREATE TABLE payer_rules.loaded_files (
    id integer NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    digest text NOT NULL COLLATE pg_catalog."C",
    format text NOT NULL COLLATE pg_catalog."C",
    loaded_at text NOT NULL COLLATE pg_catalog."C",
    covers_from integer,
    covers_billing text COLLATE pg_catalog."C",
    covers_rendering text COLLATE pg_catalog."C",
    lines integer NOT NULL,
    problems integer NOT NULL
);
CREATE TABLE payer_rules.payments (
    file integer NOT NULL,
    payment integer NOT NULL,
    claim text NOT NULL COLLATE pg_catalog."C",
    payer_claim text COLLATE pg_catalog."C",
    original text COLLATE pg_catalog."C",
    payer text COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    trace text COLLATE pg_catalog."C",
    paid_on integer,
    charge text NOT NULL COLLATE pg_catalog."C",
    paid text NOT NULL COLLATE pg_catalog."C",
    member text COLLATE pg_catalog."C"
);
CREATE TABLE payer_rules.store_facts (
    id integer NOT NULL,
    services bigint NOT NULL,
    undecided bigint NOT NULL,
    first_day integer,
    last_day integer,
    longest integer NOT NULL,
    kept_from integer,
    salt text NOT NULL COLLATE pg_catalog."C"
);
INSERT INTO payer_rules.alembic_version VALUES ('0001');
INSERT INTO payer_rules.conflicts VALUES ('M1', 'C3');
INSERT INTO payer_rules.forgotten_members VALUES ('0b10127b31defb56bab2f1d9ba4989c4');
INSERT INTO payer_rules.lines VALUES ('M1', 739113, 'C1', 1, '90853', 1, 1, 1, 1, 739113, '', '1', NULL, '1234567893', NULL, 'paid', '80', '80', '80', '1', NULL, NULL, 'P1', NULL, NULL, NULL, NULL, '{"payer":"87726"}');
INSERT INTO payer_rules.lines VALUES ('M1', 739113, 'C2', 1, '90853', 1, 2, 2, 0, 739113, '', '1', NULL, '1234567893', NULL, 'paid', '80', '80', '80', '1', NULL, NULL, 'P2', NULL, NULL, NULL, NULL, '{"payer":"87726"}');
INSERT INTO payer_rules.lines VALUES ('M1', 739113, 'C2', 1, '90853', 2, 1, 1, 0, 739113, '', '1', NULL, '1234567893', NULL, 'void', '80', NULL, NULL, NULL, NULL, NULL, 'P3', NULL, NULL, NULL, NULL, '{"payer":"87726"}');
INSERT INTO payer_rules.lines VALUES ('M1', 739118, 'C3', 1, '90834', 3, 1, NULL, 0, 739118, '', '1', NULL, NULL, NULL, 'paid', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO payer_rules.lines VALUES ('M1', 739118, 'C3', 1, '90834', 4, 1, NULL, 0, 739118, '', '1', NULL, NULL, NULL, 'denied', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO payer_rules.lines VALUES ('M1', 739118, 'C3', 1, '90834', 0, 0, NULL, 2, 739118, '', '1', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO payer_rules.lines VALUES ('M3', 739128, 'C5', 1, '90837', 5, 1, NULL, 1, 739128, '', '1', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"modality":"video"}');
INSERT INTO payer_rules.loaded_files VALUES (1, '1.835', '1741692bf9595011504be6854631e87decc2cd640ef5d253c42871978f50928b', 'x12', '2026-11-30T22:14:52+00:00', NULL, NULL, NULL, 2, 0);
INSERT INTO payer_rules.loaded_files VALUES (2, '2.835', '7436046530310ce5cac4e690382528dc7e3fbc3d36f556941bcaf09d42ae701e', 'x12', '2026-11-30T22:14:52+00:00', NULL, NULL, NULL, 1, 0);
INSERT INTO payer_rules.loaded_files VALUES (3, '3.csv', 'e0519bbb429e2a63a01a4ef4eee6cac38fda52fae38f9ce2946a2a811adef891', 'table', '2026-11-30T22:14:52+00:00', NULL, NULL, NULL, 3, 0);
INSERT INTO payer_rules.loaded_files VALUES (4, '4.csv', 'fe107af2c6721c217f41dfce3532201d7e2d961485f24eab90dc30a4e11c086a', 'table', '2026-11-30T22:14:52+00:00', NULL, NULL, NULL, 1, 0);
INSERT INTO payer_rules.loaded_files VALUES (5, '5.toml', '5e4f1120e9e9d65eeb5ba7fb7a07ee369e29346b2b970157357b7b2a35e667e1', 'toml', '2026-11-30T22:14:52+00:00', 739099, NULL, NULL, 1, 0);
INSERT INTO payer_rules.payments VALUES (1, 1, 'C1', 'P1', NULL, '87726', '1', 'T20240901', 739130, '80', '80', 'M1');
INSERT INTO payer_rules.payments VALUES (1, 2, 'C2', 'P2', NULL, '87726', '1', 'T20240901', 739130, '80', '80', 'M1');
INSERT INTO payer_rules.payments VALUES (2, 1, 'C2', 'P3', 'P2', '87726', '22', 'T20240908', 739137, '-80', '-80', 'M1');
INSERT INTO payer_rules.store_facts VALUES (1, 3, 2, 739113, 739128, 0, 738946, '17f257d7a46ecaf42c1f8ad593529fc0');
ALTER TABLE ONLY payer_rules.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY payer_rules.conflicts
    ADD CONSTRAINT conflicts_pkey PRIMARY KEY (member, claim);
ALTER TABLE ONLY payer_rules.forgotten_members
    ADD CONSTRAINT forgotten_members_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY payer_rules.lines
    ADD CONSTRAINT lines_pkey PRIMARY KEY (member, day, claim, number, code, file, "position");
ALTER TABLE ONLY payer_rules.loaded_files
    ADD CONSTRAINT loaded_files_digest_key UNIQUE (digest);
ALTER TABLE ONLY payer_rules.loaded_files
    ADD CONSTRAINT loaded_files_pkey PRIMARY KEY (id);
ALTER TABLE ONLY payer_rules.payments
    ADD CONSTRAINT payments_pkey PRIMARY KEY (file, payment);
ALTER TABLE ONLY payer_rules.store_facts
    ADD CONSTRAINT store_facts_pkey PRIMARY KEY (id);
CREATE INDEX lines_by_provider ON payer_rules.lines USING btree (rendering, day);
CREATE INDEX payments_by_claim ON payer_rules.payments USING btree (claim);
CREATE INDEX payments_by_number ON payer_rules.payments USING btree (payer_claim);
CREATE INDEX payments_by_original ON payer_rules.payments USING btree (original);
