"""Planning and writing by a chat model: forms it fills in, prompts that fit, answers that are checked."""
