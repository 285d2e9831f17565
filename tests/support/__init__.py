"""What several groups of tests share: a conversion as a library call, generated repositories, models of both sides."""
