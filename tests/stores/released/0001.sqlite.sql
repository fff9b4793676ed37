BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE conflicts (
	member TEXT NOT NULL, 
	claim TEXT NOT NULL, 
	PRIMARY KEY (member, claim)
)
 WITHOUT ROWID

;
INSERT INTO "conflicts" VALUES('M1','C3');
CREATE TABLE forgotten_members (
	digest TEXT NOT NULL, 
	PRIMARY KEY (digest)
)
 WITHOUT ROWID

;
INSERT INTO "forgotten_members" VALUES('3791b015c6022995f90ab4707dfecf88');
CREATE TABLE lines (
	member TEXT NOT NULL, 
	day INTEGER NOT NULL, 
	claim TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	code TEXT NOT NULL, 
	file INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	payment INTEGER, 
	state SMALLINT NOT NULL, 
	last_day INTEGER NOT NULL, 
	modifiers TEXT NOT NULL, 
	units TEXT NOT NULL, 
	rendering TEXT, 
	billing TEXT, 
	providers TEXT, 
	status TEXT, 
	charge TEXT, 
	allowed TEXT, 
	paid TEXT, 
	paid_units TEXT, 
	paid_minutes BIGINT, 
	minutes BIGINT, 
	payer_claim TEXT, 
	place_of_service TEXT, 
	revenue_code TEXT, 
	diagnoses TEXT, 
	setting TEXT, 
	more TEXT, 
	PRIMARY KEY (member, day, claim, number, code, file, position)
)
 WITHOUT ROWID

;
INSERT INTO "lines" VALUES('M1',739113,'C1',1,'90853',1,1,1,1,739113,'','1',NULL,'1234567893',NULL,'paid','80','80','80','1',NULL,NULL,'P1',NULL,NULL,NULL,NULL,'{"payer":"87726"}');
INSERT INTO "lines" VALUES('M1',739113,'C2',1,'90853',1,2,2,0,739113,'','1',NULL,'1234567893',NULL,'paid','80','80','80','1',NULL,NULL,'P2',NULL,NULL,NULL,NULL,'{"payer":"87726"}');
INSERT INTO "lines" VALUES('M1',739113,'C2',1,'90853',2,1,1,0,739113,'','1',NULL,'1234567893',NULL,'void','80',NULL,NULL,NULL,NULL,NULL,'P3',NULL,NULL,NULL,NULL,'{"payer":"87726"}');
INSERT INTO "lines" VALUES('M1',739118,'C3',1,'90834',0,0,NULL,2,739118,'','1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "lines" VALUES('M1',739118,'C3',1,'90834',3,1,NULL,0,739118,'','1',NULL,NULL,NULL,'paid',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "lines" VALUES('M1',739118,'C3',1,'90834',4,1,NULL,0,739118,'','1',NULL,NULL,NULL,'denied',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "lines" VALUES('M3',739128,'C5',1,'90837',5,1,NULL,1,739128,'','1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"modality":"video"}');
CREATE TABLE loaded_files (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	format TEXT NOT NULL, 
	loaded_at TEXT NOT NULL, 
	covers_from INTEGER, 
	covers_billing TEXT, 
	covers_rendering TEXT, 
	lines INTEGER NOT NULL, 
	problems INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (digest)
);
INSERT INTO "loaded_files" VALUES(1,'1.835','1741692bf9595011504be6854631e87decc2cd640ef5d253c42871978f50928b','x12','2026-11-30T22:14:52+00:00',NULL,NULL,NULL,2,0);
INSERT INTO "loaded_files" VALUES(2,'2.835','7436046530310ce5cac4e690382528dc7e3fbc3d36f556941bcaf09d42ae701e','x12','2026-11-30T22:14:52+00:00',NULL,NULL,NULL,1,0);
INSERT INTO "loaded_files" VALUES(3,'3.csv','e0519bbb429e2a63a01a4ef4eee6cac38fda52fae38f9ce2946a2a811adef891','table','2026-11-30T22:14:52+00:00',NULL,NULL,NULL,3,0);
INSERT INTO "loaded_files" VALUES(4,'4.csv','fe107af2c6721c217f41dfce3532201d7e2d961485f24eab90dc30a4e11c086a','table','2026-11-30T22:14:52+00:00',NULL,NULL,NULL,1,0);
INSERT INTO "loaded_files" VALUES(5,'5.toml','5e4f1120e9e9d65eeb5ba7fb7a07ee369e29346b2b970157357b7b2a35e667e1','toml','2026-11-30T22:14:52+00:00',739099,NULL,NULL,1,0);
CREATE TABLE payments (
	file INTEGER NOT NULL, 
	payment INTEGER NOT NULL, 
	claim TEXT NOT NULL, 
	payer_claim TEXT, 
	original TEXT, 
	payer TEXT, 
	status TEXT NOT NULL, 
	trace TEXT, 
	paid_on INTEGER, 
	charge TEXT NOT NULL, 
	paid TEXT NOT NULL, 
	member TEXT, 
	PRIMARY KEY (file, payment)
)
 WITHOUT ROWID

;
INSERT INTO "payments" VALUES(1,1,'C1','P1',NULL,'87726','1','T20240901',739130,'80','80','M1');
INSERT INTO "payments" VALUES(1,2,'C2','P2',NULL,'87726','1','T20240901',739130,'80','80','M1');
INSERT INTO "payments" VALUES(2,1,'C2','P3','P2','87726','22','T20240908',739137,'-80','-80','M1');
CREATE TABLE store_facts (
	id INTEGER NOT NULL, 
	services BIGINT NOT NULL, 
	undecided BIGINT NOT NULL, 
	first_day INTEGER, 
	last_day INTEGER, 
	longest INTEGER NOT NULL, 
	kept_from INTEGER, 
	salt TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "store_facts" VALUES(1,3,2,739113,739128,0,738946,'8ad340cb458f625bf3065360aa0d13b3');
CREATE INDEX payments_by_number ON payments (payer_claim);
CREATE INDEX payments_by_claim ON payments (claim);
CREATE INDEX payments_by_original ON payments (original);
CREATE INDEX lines_by_provider ON lines (rendering, day);
COMMIT;
