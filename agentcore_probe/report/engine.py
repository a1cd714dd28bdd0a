class ForkEngine: pass
