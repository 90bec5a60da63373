"""Order sources: shops that send their orders by signed webhooks to `/sources/{key}`."""
