grant delete on ledger.expectation to gi_intake, gi_quality;
