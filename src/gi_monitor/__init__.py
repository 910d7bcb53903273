"""GI-monitor: from thirteen institutions' deliveries to one gated national release."""
